import { VedetteError } from '@vedette/core/errors'

/**
 * `ERR_RESERVED_PATH`: the path belongs to the PDP or to a policy; `ERR_INVALID_PATH`: it can be no place in the
 * document; `ERR_NOT_FOUND`: nothing is there; `ERR_PATCH_TEST`: a patch tests for something else; `ERR_TOO_LARGE`: the document would outgrow its
 * limit; `ERR_TRIAL`: the gateway's own replica could not decide with it; `ERR_STORAGE`: it could not be made durable. Whatever the code, nothing has changed.
 */
export type CatalogErrorCode =
  | 'ERR_RESERVED_PATH'
  | 'ERR_INVALID_PATH'
  | 'ERR_NOT_FOUND'
  | 'ERR_PATCH_TEST'
  | 'ERR_TOO_LARGE'
  | 'ERR_TRIAL'
  | 'ERR_STORAGE'

export class CatalogError extends VedetteError<CatalogErrorCode> {
  override readonly name = 'CatalogError'
}
