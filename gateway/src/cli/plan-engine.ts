import { loadBuiltins } from '@vedette/core/evaluator/builtins/table'
import { optimise } from '@vedette/core/evaluator/plan/optimiser/optimise'
import { createPlanEngine, programBuiltins } from '@vedette/core/evaluator/plan/runtime/engine'
import type { JsonObject } from '@vedette/core/json/json'

import { askOf } from './ask-of.ts'
import { compilePolicy } from './compile-policy.ts'
import type { Ask, Policy } from './engine.ts'
import type { Toolchain } from './toolchain.ts'

export function preparePlan(policy: Policy, toolchain: Toolchain): Promise<Ask> {
  const { data = {}, strictErrors } = policy
  const start = async ({ plan }: JsonObject): Promise<Ask> => {
    const program = optimise(plan)
    const builtins = await loadBuiltins(programBuiltins(program))
    return askOf(createPlanEngine(program, { builtins, strictErrors }), data)
  }
  return compilePolicy(policy, toolchain, { targets: ['plan'], start })
}
