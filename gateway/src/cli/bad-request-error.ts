import { VedetteError } from '@vedette/core/errors'

/** A request that says something else than it should. */
export class BadRequestError extends VedetteError<'ERR_BAD_REQUEST'> {
  override readonly name = 'BadRequestError'

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('ERR_BAD_REQUEST', message, options)
  }
}
