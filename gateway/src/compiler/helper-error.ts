import { VedetteError } from '@vedette/core/errors'

/**
 * `ERR_COMPILE_DEADLINE`: killed at the deadline; `ERR_COMPILER_CRASHED`: it ended, or answered nonsense;
 * `ERR_COMPILER_CLOSED`: asked after `close()`, or closed while it worked.
 */
export type HelperErrorCode =
  | 'ERR_COMPILE_DEADLINE'
  | 'ERR_COMPILER_CRASHED'
  | 'ERR_COMPILER_CLOSED'

/** The helper gave no answer. */
export class HelperError extends VedetteError<HelperErrorCode> {
  override readonly name = 'HelperError'
}
