import { inTurns } from '../in-turns.ts'
import type { Result } from '../measurement.ts'
import { checkAgreement } from './agreement.ts'
import { loadPlan } from './load.ts'
import { inRotation, type CompiledPolicy } from './policy.ts'
import { handWritten, type Peer } from './rbac-peers.ts'
import { accessesOf, indexOf, rbacOf, type Access } from './rbac.ts'

const tenants = 300
const size = { roles: 10, users: 50 }
const questionsOfEach = 4

interface Tenant {
  readonly own: (access: Access) => unknown
  readonly other: Peer
  readonly accesses: readonly Access[]
}

interface TenantQuestion {
  readonly tenant: Tenant
  readonly access: Access
}

/** Every question is another tenant's, with an engine, data and names of its own. */
export async function compareTenants(policy: CompiledPolicy): Promise<readonly Result[]> {
  const numbers = Array.from({ length: tenants }, (_, i) => i)
  const all = await Promise.all(numbers.map((number) => openTenant(policy, `t${number}.`)))
  const questions = Array.from({ length: questionsOfEach }, (_, i) =>
    all.map((tenant) => ({ tenant, access: tenant.accesses[i] as Access })),
  ).flat()
  const own = ({ tenant, access }: TenantQuestion): unknown => tenant.own(access)
  const other = ({ tenant, access }: TenantQuestion): unknown => tenant.other(access)
  checkAgreement('tenants', questions, [other, own])
  const { ours, beside } = inTurns(inRotation(questions, own), inRotation(questions, other))
  return [
    {
      what: `RBAC indexed: plan, ${tenants} tenants in turn`,
      unit: 'µs',
      samples: ours,
      baseline: { name: 'hand-written, the same tenants', samples: beside },
    },
  ]
}

async function openTenant(policy: CompiledPolicy, tenant: string): Promise<Tenant> {
  const rbac = rbacOf({ ...size, tenant })
  const { objects } = await loadPlan({ ...policy, data: indexOf(rbac) })
  return {
    own: (value) => objects({ value, text: '' }),
    other: handWritten(rbac),
    accesses: accessesOf(rbac, questionsOfEach),
  }
}
