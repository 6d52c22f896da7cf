import { inTurns } from '../in-turns.ts'
import type { Baseline, Result } from '../measurement.ts'
import { checkAgreement } from './agreement.ts'
import { loadPlan } from './load.ts'
import { inRotation, type CompiledPolicy } from './policy.ts'
import { handWritten, type Peer } from './rbac-peers.ts'
import { accessesOf, indexOf, rbacOf, type Access } from './rbac.ts'

const count = 300
const size = { roles: 10, users: 50 }
const questionsOfEach = 4
/** Names of their own are more to keep in the caches. */
const sameNamesTimes = 1.5

interface Tenant {
  readonly plan: (access: Access) => unknown
  readonly floor: Peer
  readonly accesses: readonly Access[]
}

interface TenantQuestion {
  readonly tenant: Tenant
  readonly access: Access
}

/**
 * Every question is another tenant's, with an engine and data of its own. Tenants whose users, roles and types have the
 * same names miss the processor's caches as well, but the engine's code meets the same keys again and again.
 */
export async function compareTenants(policy: CompiledPolicy): Promise<readonly Result[]> {
  const own = questionsTo(await openTenants(policy, (number) => `t${number}.`))
  const same = questionsTo(await openTenants(policy, () => 't.'))
  checkAgreement('tenants', [...own, ...same], [askFloor, askPlan])
  const sameNames = inTurns(inRotation(own, askPlan), inRotation(same, askPlan))
  const floor = inTurns(inRotation(own, askPlan), inRotation(own, askFloor))
  return [
    {
      ...row(sameNames.ours, { name: 'with the same names', samples: sameNames.beside }),
      atMost: { times: sameNamesTimes },
    },
    row(floor.ours, { name: 'hand-written', samples: floor.beside }),
  ]
}

function row(samples: readonly number[], baseline: Baseline): Result {
  return { what: `RBAC indexed: plan, ${count} tenants in turn`, unit: 'µs', samples, baseline }
}

function askPlan({ tenant, access }: TenantQuestion): unknown {
  return tenant.plan(access)
}

function askFloor({ tenant, access }: TenantQuestion): unknown {
  return tenant.floor(access)
}

function questionsTo(tenants: readonly Tenant[]): readonly TenantQuestion[] {
  const rounds = Array.from({ length: questionsOfEach }, (_, round) => round)
  return rounds.flatMap((round) =>
    tenants.flatMap((tenant) =>
      tenant.accesses.slice(round, round + 1).map((access) => ({ tenant, access })),
    ),
  )
}

function openTenants(
  policy: CompiledPolicy,
  nameOf: (number: number) => string,
): Promise<readonly Tenant[]> {
  const numbers = Array.from({ length: count }, (_, number) => number)
  return Promise.all(numbers.map((number) => openTenant(policy, nameOf(number))))
}

async function openTenant(policy: CompiledPolicy, tenant: string): Promise<Tenant> {
  const rbac = rbacOf({ ...size, tenant })
  const { objects } = await loadPlan({ ...policy, data: indexOf(rbac) })
  return {
    plan: objects,
    floor: handWritten(rbac),
    accesses: accessesOf(rbac, questionsOfEach),
  }
}
