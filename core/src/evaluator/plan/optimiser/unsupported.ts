import { EvaluationError } from '../../evaluator.ts'

/** A plan this engine does not know how to run as OPA would. */
export function unsupported(what: string): EvaluationError {
  return new EvaluationError('ERR_UNSUPPORTED_POLICY', `the plan engine does not support ${what}`)
}
