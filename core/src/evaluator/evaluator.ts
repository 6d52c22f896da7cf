import type { PatchOperation } from '../bundle/patch.ts'
import type { Json } from '../json/json.ts'
import type { JsonSource } from '../json/source.ts'

/**
 * One compile unit that decides. `input` `undefined` is no input, while `null`, `false`, `0` and `""` are inputs. It
 * answers `undefined` when the rule is undefined.
 */
export interface Engine {
  readonly entrypoints: readonly string[]
  /** `inside` is the way to a value inside the entrypoint's. Default: the whole. */
  evaluate(
    entrypoint: string,
    input: JsonSource | undefined,
    inside?: readonly string[],
  ): Json | undefined
  /** Replaces the data document; when it throws, the last good data stays in force. */
  setData(document: JsonSource): void
  /** `document` is the data in force after these operations; when it throws, the last good data stays in force. */
  patchData(document: JsonSource, operations: readonly PatchOperation[]): void
}

export type EvaluationErrorCode =
  | 'ERR_ENGINE_UNFIT'
  | 'ERR_EVALUATION'
  | 'ERR_LIMIT'
  | 'ERR_MEMORY_LIMIT'
  | 'ERR_UNKNOWN_ENTRYPOINT'
  | 'ERR_UNSUPPORTED_POLICY'

/**
 * A decision that could not be made; nothing may be concluded from it.
 * `ERR_EVALUATION`: conflict or abort; `ERR_LIMIT`: it took too many steps, went too deep, or its result is too large;
 * `ERR_ENGINE_UNFIT`: this engine would not answer as OPA does; `ERR_MEMORY_LIMIT`: data or evaluation outgrew the engine's memory;
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
