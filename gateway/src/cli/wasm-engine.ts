import { loadBuiltins } from '@vedette/core/evaluator/builtins/table'
import { createWasmEngine } from '@vedette/core/evaluator/wasm/engine'
import { compileUnit } from '@vedette/core/evaluator/wasm/webassembly'
import type { Json } from '@vedette/core/json/json'
import { sourceOfValue } from '@vedette/core/json/source'

import { compileRequest } from './compile-request.ts'
import type { EvaluationRequest } from './request.ts'
import type { Toolchain } from './toolchain.ts'

export async function evaluateByWasm(
  request: EvaluationRequest,
  toolchain: Toolchain,
): Promise<Json | undefined> {
  const { wasm } = await compileRequest(request, 'wasm', toolchain)
  const { entrypoint, input, data = {}, strictErrors } = request
  const module = await compileUnit(new Uint8Array(Buffer.from(String(wasm), 'base64')))
  const engine = createWasmEngine(module, { builtins: await loadBuiltins(), strictErrors })
  engine.setData(sourceOfValue(data))
  return engine.evaluate(entrypoint, input === undefined ? undefined : sourceOfValue(input))
}
