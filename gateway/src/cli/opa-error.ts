import { VedetteError } from '@vedette/core/errors'

export interface Place {
  readonly file?: string | undefined
  readonly row?: number | undefined
  readonly column?: number | undefined
}

/** What OPA could not do, with its own code, and where in the modules if it says so. */
export class OpaError extends VedetteError<string> {
  override readonly name = 'OpaError'
  readonly place: Place

  constructor(code: string, message: string, place: Place) {
    super(code, message)
    this.place = place
  }
}
