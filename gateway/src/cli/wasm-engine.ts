import { loadBuiltins } from '@vedette/core/evaluator/builtins/table'
import { createWasmEngine } from '@vedette/core/evaluator/wasm/engine'
import { compileUnit } from '@vedette/core/evaluator/wasm/webassembly'
import { sourceOfValue } from '@vedette/core/json/source'

import { compilePolicy } from './compile-policy.ts'
import type { Ask, Policy } from './engine.ts'
import type { Toolchain } from './toolchain.ts'

export async function prepareWasm(policy: Policy, toolchain: Toolchain): Promise<Ask> {
  const { wasm } = await compilePolicy(policy, 'wasm', toolchain)
  const module = await compileUnit(new Uint8Array(Buffer.from(String(wasm), 'base64')))
  const builtins = await loadBuiltins()
  const engine = createWasmEngine(module, { builtins })
  engine.setData(sourceOfValue(policy.data ?? {}))
  return async (entrypoint, input) =>
    engine.evaluate(entrypoint, input === undefined ? undefined : sourceOfValue(input))
}
