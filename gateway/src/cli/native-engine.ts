import type { Json } from '@vedette/core/json/json'

import type { EvaluationRequest } from './request.ts'
import { wireModules, type Toolchain } from './toolchain.ts'

/** Go OPA's own evaluation, with all of its builtins: what the other two are held against. */
export async function evaluateNatively(
  request: EvaluationRequest,
  toolchain: Toolchain,
): Promise<Json | undefined> {
  const { modules, entrypoint, regoVersion, strictErrors, input, data = {} } = request
  const { result } = await toolchain.ask('eval', {
    modules: wireModules(modules),
    entrypoint,
    regoVersion,
    strictErrors,
    data,
    ...(input !== undefined && { input }),
  })
  return result
}
