import type { Json } from '@vedette/core/json/json'

import { answerOf, faultOf, type Answer } from './answer.ts'
import { prepare } from './engine.ts'
import type { EvaluationRequest } from './request.ts'
import type { Toolchain } from './toolchain.ts'

/** Answers one request from nothing: compiles, loads the data, asks. Throws `CompileFault`, `EvaluationError`, … */
export async function evaluate(
  { engine, entrypoint, input, ...policy }: EvaluationRequest,
  toolchain: Toolchain,
): Promise<Json | undefined> {
  const ask = await prepare(engine, { ...policy, entrypoints: [entrypoint] }, toolchain)
  return ask(entrypoint, input)
}

/** As `evaluate`, and never throws. */
export function answer(request: EvaluationRequest, toolchain: Toolchain): Promise<Answer> {
  return evaluate(request, toolchain).then(answerOf, (error: unknown) => ({
    error: faultOf(error),
  }))
}
