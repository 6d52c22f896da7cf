import { loadBuiltins } from '@vedette/core/evaluator/builtins/table'
import { createWasmEngine } from '@vedette/core/evaluator/wasm/engine'
import { compileUnit } from '@vedette/core/evaluator/wasm/webassembly'
import type { JsonObject } from '@vedette/core/json/json'

import { askOf } from './ask-of.ts'
import { compilePolicy } from './compile-policy.ts'
import type { Ask, Policy } from './engine.ts'
import type { Toolchain } from './toolchain.ts'

export function prepareWasm(policy: Policy, toolchain: Toolchain): Promise<Ask> {
  const { data = {} } = policy
  const start = async ({ wasm }: JsonObject): Promise<Ask> => {
    const module = await compileUnit(new Uint8Array(Buffer.from(String(wasm), 'base64')))
    const builtins = await loadBuiltins()
    return askOf(createWasmEngine(module, { builtins }), data)
  }
  return compilePolicy(policy, toolchain, { target: 'wasm', start })
}
