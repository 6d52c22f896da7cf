import { capabilities } from '@vedette/core/evaluator/builtins/capabilities'
import type { JsonObject } from '@vedette/core/json/json'

import type { EvaluationRequest } from './request.ts'
import { wireModules, type Toolchain } from './toolchain.ts'

/** Compiles a request's modules for one engine, with its entrypoint and what that needs, and nothing else. */
export function compileRequest(
  { modules, entrypoint, regoVersion }: EvaluationRequest,
  target: 'plan' | 'wasm',
  toolchain: Toolchain,
): Promise<JsonObject> {
  return toolchain.ask('compile', {
    modules: wireModules(modules),
    builtins: capabilities,
    entrypoints: [entrypoint],
    targets: [target],
    regoVersion,
  })
}
