import type { Json } from '../json/json.ts'

/**
 * One compile unit that decides. `evaluate` takes the input as JSON text; `undefined` is no input, while
 * `null`, `false`, `0` and `""` are inputs. It answers `undefined` when the rule is undefined.
 */
export interface Engine {
  readonly entrypoints: readonly string[]
  evaluate(entrypoint: string, input: string | undefined): Json | undefined
  /** Replaces the data document by this JSON text; when it throws, the last good data stays in force. */
  setData(document: string): void
}

export type EvaluationErrorCode =
  | 'ERR_EVALUATION'
  | 'ERR_MEMORY_LIMIT'
  | 'ERR_UNKNOWN_ENTRYPOINT'
  | 'ERR_UNSUPPORTED_POLICY'

/**
 * A decision that could not be made; nothing may be concluded from it.
 * `ERR_EVALUATION`: conflict or abort; `ERR_MEMORY_LIMIT`: data or evaluation outgrew the engine's memory;
 * `ERR_UNSUPPORTED_POLICY`: the module is no OPA policy, or needs a builtin this host lacks.
 */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError'
  readonly code: EvaluationErrorCode

  constructor(code: EvaluationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
