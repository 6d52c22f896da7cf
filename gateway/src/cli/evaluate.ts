import type { Json } from '@vedette/core/json/json'

import { faultOf, type Answer } from './answer.ts'
import { evaluateNatively } from './native-engine.ts'
import { evaluateByPlan } from './plan-engine.ts'
import type { EngineName, EvaluationRequest } from './request.ts'
import type { Toolchain } from './toolchain.ts'
import { evaluateByWasm } from './wasm-engine.ts'

type Evaluate = (request: EvaluationRequest, toolchain: Toolchain) => Promise<Json | undefined>

const engines: Readonly<Record<EngineName, Evaluate>> = {
  plan: evaluateByPlan,
  wasm: evaluateByWasm,
  native: evaluateNatively,
}

/** Answers one request from nothing: compiles, loads the data, asks. Throws `CompileFault`, `EvaluationError`, … */
export function evaluate(
  request: EvaluationRequest,
  toolchain: Toolchain,
): Promise<Json | undefined> {
  return engines[request.engine](request, toolchain)
}

/** As `evaluate`, and never throws. */
export async function answer(request: EvaluationRequest, toolchain: Toolchain): Promise<Answer> {
  try {
    const result = await evaluate(request, toolchain)
    return result === undefined ? {} : { result }
  } catch (error) {
    return { error: faultOf(error) }
  }
}
