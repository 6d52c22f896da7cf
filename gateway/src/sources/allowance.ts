import { VedetteError } from '@vedette/core/errors'

/** How many bytes an update may still read, over all its entries. */
export interface Allowance {
  /** Throws `ERR_TOO_LARGE` when there are not so many left. */
  take(bytes: number): void
}

export function createAllowance(bytes: number): Allowance {
  let left = bytes
  return {
    take(wanted) {
      left -= wanted
      if (left < 0)
        throw new VedetteError(
          'ERR_TOO_LARGE',
          `the sources of one update hold more than ${bytes} bytes`,
        )
    },
  }
}
