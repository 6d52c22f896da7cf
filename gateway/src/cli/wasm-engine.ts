import { loadBuiltins } from '@vedette/core/evaluator/builtins/table'
import { EvaluationError } from '@vedette/core/evaluator/evaluator'
import { createWasmEngine } from '@vedette/core/evaluator/wasm/engine'
import { wasmFaults } from '@vedette/core/evaluator/wasm/fitness'
import { compileUnit } from '@vedette/core/evaluator/wasm/webassembly'
import type { JsonObject } from '@vedette/core/json/json'

import { bytesOf } from '../compiler/bytes.ts'
import { askOf } from './ask-of.ts'
import { compilePolicy } from './compile-policy.ts'
import type { Ask, Policy } from './engine.ts'
import type { Toolchain } from './toolchain.ts'

export async function prepareWasm(policy: Policy, toolchain: Toolchain): Promise<Ask> {
  if (policy.strictErrors)
    throw new EvaluationError('ERR_ENGINE_UNFIT', "OPA's wasm does not tell of a builtin's errors")
  const { data = {} } = policy
  const start = async ({ wasm, plan }: JsonObject): Promise<Ask> => {
    const faults = wasmFaults(plan)
    if (faults.length > 0)
      throw new EvaluationError('ERR_ENGINE_UNFIT', `OPA's wasm: ${faults.join('; ')}`)
    const module = await compileUnit(bytesOf(wasm))
    const builtins = await loadBuiltins()
    return askOf(createWasmEngine(module, { builtins }), data)
  }
  return compilePolicy(policy, toolchain, { targets: ['wasm', 'plan'], start })
}
