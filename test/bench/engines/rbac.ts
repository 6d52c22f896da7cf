import type { JsonObject } from '@vedette/core/json/json'

import { createRandom } from '../../fuzz/random.ts'
import { asReceived, type Policy } from './policy.ts'

/** Who may do what, by role, type and action. */
export interface Rbac {
  readonly users: Readonly<Record<string, { readonly roles: readonly string[] }>>
  readonly roles: Readonly<Record<string, readonly Permission[]>>
}

export interface Permission {
  readonly type: string
  readonly action: string
}

export interface Access extends JsonObject {
  readonly user: string
  readonly action: string
  readonly resource: { readonly type: string; readonly owner: string }
}

const actions = 'read list comment edit delete share export import approve archive'.split(' ')
const types = numbers(20).map((i) => `type${i}`)
const random = createRandom(4)

/** 100 roles with 50 permissions each, 1,000 users with one to three of them. */
export const rbac: Rbac = rbacOf({ roles: 100, users: 1_000 })

export const accesses: readonly Access[] = accessesOf(rbac, 2_048)

const indexed = `
default allow := false

allow if {
	some role in data.users[input.user].roles
	data.roles[role][input.resource.type][input.action]
}

allow if {
	input.action == "edit"
	input.resource.owner == input.user
}
`

const list = indexed.replace(
  'data.roles[role][input.resource.type][input.action]',
  `some permission in data.roles[role]
	permission.type == input.resource.type
	permission.action == input.action`,
)

/** Many questions in one: what a caller of wasm does to cross its border less often. */
const batch = `
allowed := [decide(access) | some access in input]

default decide(_) := false

decide(access) if {
	some role in data.users[access.user].roles
	data.roles[role][access.resource.type][access.action]
}

decide(access) if {
	access.action == "edit"
	access.resource.owner == access.user
}
`

export const rbacIndexed: Policy = {
  name: 'RBAC indexed',
  entrypoint: 'rbac/allow',
  modules: [{ file: 'rbac.rego', source: `package rbac\n${indexed}` }],
  data: indexOf(rbac),
  inputs: accesses,
}

export const rbacList: Policy = {
  ...rbacIndexed,
  name: 'RBAC list',
  modules: [{ file: 'rbac.rego', source: `package rbac\n${list}` }],
  data: { ...rbac } as unknown as JsonObject,
}

export const rbacBatch: Policy = {
  ...rbacIndexed,
  name: 'RBAC batch',
  entrypoint: 'rbac/allowed',
  modules: [{ file: 'rbac.rego', source: `package rbac\n${batch}` }],
}

/** Names differ between tenants, so that no place in the code sees the same keys again. */
export function rbacOf(size: { roles: number; users: number; tenant?: string }): Rbac {
  const { tenant = '' } = size
  const roleNames = numbers(size.roles).map((i) => `${tenant}role${i}`)
  const ownTypes = types.map((type) => `${tenant}${type}`)
  return asReceived({
    roles: Object.fromEntries(roleNames.map((name) => [name, permissionsOf(ownTypes)])),
    users: Object.fromEntries(
      numbers(size.users).map((i) => [
        `${tenant}user${i}`,
        { roles: random.times(1, 3, () => pick(roleNames)) },
      ]),
    ),
  })
}

/** role → type → action. */
export function indexOf({ users, roles }: Rbac): JsonObject {
  const byRole = Object.entries(roles).map(([role, permissions]) => [role, byType(permissions)])
  return asReceived({ users, roles: Object.fromEntries(byRole) as JsonObject })
}

export function accessesOf({ users, roles }: Rbac, count: number): readonly Access[] {
  const names = Object.keys(users)
  const known = [...new Set(Object.values(roles).flatMap((list) => list.map(({ type }) => type)))]
  const made = numbers(count).map((i) => {
    const user = pick(names)
    const owner = i % 4 === 0 ? user : pick(names)
    return { user, action: pick(actions), resource: { type: pick(known), owner } }
  })
  return asReceived(made)
}

function permissionsOf(ownTypes: readonly string[]): readonly Permission[] {
  const chosen = new Set<number>()
  while (chosen.size < 50) chosen.add(random.below(ownTypes.length * actions.length))
  return [...chosen].map((i) => ({
    type: ownTypes[i % ownTypes.length] ?? '',
    action: actions[Math.floor(i / ownTypes.length)] ?? '',
  }))
}

function byType(permissions: readonly Permission[]): JsonObject {
  const index: Record<string, Record<string, true>> = {}
  for (const { type, action } of permissions) (index[type] ??= {})[action] = true
  return index
}

function pick(items: readonly string[]): string {
  return items[random.below(items.length)] ?? ''
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i)
}
