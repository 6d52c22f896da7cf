import { loadBuiltins } from '@vedette/core/evaluator/builtins/table'
import { optimise } from '@vedette/core/evaluator/plan/optimiser/optimise'
import { createPlanEngine, programBuiltins } from '@vedette/core/evaluator/plan/runtime/engine'
import { sourceOfValue } from '@vedette/core/json/source'

import { compilePolicy } from './compile-policy.ts'
import type { Ask, Policy } from './engine.ts'
import type { Toolchain } from './toolchain.ts'

export async function preparePlan(policy: Policy, toolchain: Toolchain): Promise<Ask> {
  const { plan } = await compilePolicy(policy, 'plan', toolchain)
  const program = optimise(plan)
  const builtins = await loadBuiltins(programBuiltins(program))
  const { strictErrors } = policy
  const engine = createPlanEngine(program, { builtins, strictErrors })
  engine.setData(sourceOfValue(policy.data ?? {}))
  return async (entrypoint, input) =>
    engine.evaluate(entrypoint, input === undefined ? undefined : sourceOfValue(input))
}
