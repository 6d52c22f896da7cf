import { createMongoAbility, type MongoAbility } from '@casl/ability'
import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs'
import { newEnforcer, newModelFromString, StringAdapter, type Enforcer } from 'casbin'

import type { Access, Permission, Rbac } from './rbac.ts'

/** Decides about an access to the RBAC data without Rego. */
export type Peer = (access: Access) => boolean

/** What somebody would write who needs nothing else: the floor. */
export function handWritten({ users, roles }: Rbac): Peer {
  const rolesOf = new Map(Object.entries(users).map(([user, held]) => [user, held.roles]))
  const actionsOf = new Map(Object.entries(roles).map(([role, list]) => [role, byType(list)]))
  return ({ user, action, resource }) => {
    for (const role of rolesOf.get(user) ?? [])
      if (actionsOf.get(role)?.get(resource.type)?.has(action)) return true
    return action === 'edit' && resource.owner === user
  }
}

/** An ability for each user, made when the user first asks. */
export function casl(rbac: Rbac): Peer {
  const abilityOf = perUser((user): MongoAbility => {
    const rules = heldBy(user, rbac).map(({ type, action }) => ({ subject: type, action }))
    const own = { subject: 'all', action: 'edit', conditions: { owner: user } }
    const detectSubjectType = ({ type }: Record<string, string>): string => type ?? ''
    return createMongoAbility([...rules, own], { detectSubjectType })
  })
  return ({ user, action, resource }) => abilityOf(user).can(action, resource)
}

const cedarPolicies = `
permit (principal, action, resource) when { principal.permissions.contains(context.permission) };
permit (principal, action == Action::"edit", resource) when { resource.owner == principal };`

/** Two policies, parsed before; permissions as data of the user, which has to come with each question. */
export function cedar(rbac: Rbac): Peer {
  const parsed = preparsePolicySet('rbac', { staticPolicies: cedarPolicies })
  if (parsed.type === 'failure') throw new Error(JSON.stringify(parsed.errors))
  const permissionsOf = perUser((user) => [
    ...new Set(heldBy(user, rbac).map(({ type, action }) => `${type}:${action}`)),
  ])
  return ({ user, action, resource }) => {
    const [principal, thing] = [
      { type: 'User', id: user },
      { type: resource.type, id: 'it' },
    ]
    const owner = { __entity: { type: 'User', id: resource.owner } }
    const answer = statefulIsAuthorized({
      principal,
      action: { type: 'Action', id: action },
      resource: thing,
      context: { permission: `${resource.type}:${action}` },
      preparsedPolicySetId: 'rbac',
      entities: [
        { uid: principal, attrs: { permissions: permissionsOf(user) }, parents: [] },
        { uid: thing, attrs: { owner }, parents: [] },
      ],
    })
    if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors))
    return answer.response.decision === 'allow'
  }
}

const casbinModel = `
[request_definition]
r = sub, obj, act, owner
[policy_definition]
p = sub, obj, act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.obj == p.obj && r.act == p.act || r.act == "edit" && r.owner == r.sub`

/** With nothing but the permissions of those who ask: it is 50 times slower with everybody's. */
export async function casbin(rbac: Rbac, asking: readonly Access[]): Promise<Peer> {
  const enforcers = new Map<string, Enforcer>()
  for (const { user } of asking) {
    const lines = heldBy(user, rbac).map(({ type, action }) => `p, ${user}, ${type}, ${action}`)
    const adapter = new StringAdapter(lines.join('\n'))
    enforcers.set(user, await newEnforcer(newModelFromString(casbinModel), adapter))
  }
  return ({ user, action, resource }) =>
    enforcers.get(user)?.enforceSync(user, resource.type, action, resource.owner) ?? false
}

function heldBy(user: string, { users, roles }: Rbac): readonly Permission[] {
  return users[user]?.roles.flatMap((role) => roles[role] ?? []) ?? []
}

function byType(permissions: readonly Permission[]): ReadonlyMap<string, ReadonlySet<string>> {
  const types = new Set(permissions.map(({ type }) => type))
  return new Map(
    [...types].map((type) => [
      type,
      new Set(permissions.filter((each) => each.type === type).map(({ action }) => action)),
    ]),
  )
}

function perUser<Made>(make: (user: string) => Made): (user: string) => Made {
  const known = new Map<string, Made>()
  return (user) => {
    const found = known.get(user) ?? make(user)
    known.set(user, found)
    return found
  }
}
