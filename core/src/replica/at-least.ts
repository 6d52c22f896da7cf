import type { Revision } from '../bundle/revision.ts'
import { compareRevisions, formatRevision } from '../bundle/revision.ts'
import { VedetteError } from '../errors.ts'

/** How long a question waits for the revision it asks for, in ms. */
export const waitForRevisionMs = 200

/** Throws `ERR_REVISION_NOT_REACHED` when `active`, which decides now, is older than the revision asked for. */
export function mustReach(active: Revision | undefined, wanted: Revision | undefined): void {
  if (!wanted || hasReached(active, wanted)) return
  const place = active ? `decides by ${formatRevision(active)}` : 'has nothing to decide by'
  throw new VedetteError(
    'ERR_REVISION_NOT_REACHED',
    `this replica ${place}, not yet by ${formatRevision(wanted)}`,
  )
}

export function hasReached(active: Revision | undefined, wanted: Revision): boolean {
  return active !== undefined && compareRevisions(active, wanted) >= 0
}

/** Those who wait until a revision decides. */
export interface Waiting {
  /** Resolves when `wanted` or a later one decides, or after `withinMs`: whether it does is then to be seen. */
  for(wanted: Revision, withinMs?: number): Promise<void>
  /** Something else decides. */
  changed(): void
}

export function createWaiting(active: () => Revision | undefined): Waiting {
  const waiting = new Map<() => void, Revision>()
  return {
    for(wanted, withinMs = waitForRevisionMs) {
      if (hasReached(active(), wanted)) return Promise.resolve()
      return new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer)
          waiting.delete(end)
          resolve()
        }
        const timer = setTimeout(end, withinMs)
        waiting.set(end, wanted)
      })
    },
    changed() {
      for (const [end, wanted] of waiting) if (hasReached(active(), wanted)) end()
    },
  }
}
