import { VedetteError } from '@vedette/core/errors'

/** A PATCH that cannot be carried out whatever the data is; its message is the Go PDP's. */
export class PatchRequestError extends VedetteError<'ERR_PATCH_REQUEST'> {
  override readonly name = 'PatchRequestError'

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('ERR_PATCH_REQUEST', message, options)
  }
}
