import type { Revision } from '@vedette/core/bundle/revision'
import { VedetteError } from '@vedette/core/errors'

/** What came of an update of which something was saved, or nothing was new. */
export interface Applied {
  /** The one that holds it; the latest, where nothing of it was new. */
  readonly revision: Revision | undefined
  /** Entries left out of an update that is not atomic. */
  readonly failures: readonly EntryFailure[]
  /** Entries, counted from 0, whose topics nobody is subscribed to. */
  readonly skipped: readonly number[]
}

/** Why one entry of an update failed where others did not; `index` counts from 0 in the update. */
export interface EntryFailure {
  readonly index: number
  readonly code: string
  readonly message: string
}

/** `ERR_PARTLY_SAVED`: fails the transaction of an update of which only some entries were saved, as it asked for. */
export class PartialFailure extends VedetteError<'ERR_PARTLY_SAVED'> {
  override readonly name = 'PartialFailure'
  readonly applied: Applied

  constructor(applied: Applied) {
    super('ERR_PARTLY_SAVED', applied.failures.map(({ message }) => message).join('; '))
    this.applied = applied
  }
}
