import { compareBatch, compareRbac } from './engines/compare-rbac.ts'
import { compareEngines } from './engines/compare.ts'
import { compilePolicies } from './engines/policy.ts'
import { rbacBatch, rbacIndexed, rbacList } from './engines/rbac.ts'
import { large, medium, small } from './engines/rules.ts'
import { compareTenants } from './engines/tenants.ts'
import { turns } from './in-turns.ts'
import type { Measurement, Result } from './measurement.ts'

/** How many times faster than the SDK the plan engine is to be. */
const wanted = [
  [rbacIndexed, 6],
  [rbacList, 8],
  [small, 3.5],
  [medium, 5],
  [large, 8],
] as const

/** Ours and everybody else's, on the same questions. */
export const engines: Measurement = {
  name: 'engines',
  title: `the engines beside their peers, in ${turns} turns each`,
  async run(kit) {
    const policies = wanted.map(([policy]) => policy)
    const compiled = await compilePolicies([...policies, rbacBatch], kit.say)
    const [indexed] = compiled
    const batch = compiled.at(-1)
    if (!indexed || !batch) throw new Error('a policy is missing')
    // With one policy V8 makes one function of many closures; behind others it does not.
    const peers = [...(await compareRbac(indexed)), ...(await compareBatch(indexed, batch))]
    const results: Result[] = []
    for (const [index, [, faster]] of wanted.entries()) {
      const policy = compiled[index]
      if (policy) results.push(...(await compareEngines(policy, 1 / faster)))
    }
    return [...results, ...peers, ...(await compareTenants(indexed))]
  },
}
