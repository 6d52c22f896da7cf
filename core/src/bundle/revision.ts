import { VedetteError } from '../errors.ts'

/** The identity of a state: epochs only rise, and the sequence rises within one. Written `epoch.sequence`. */
export interface Revision {
  readonly epoch: number
  readonly sequence: number
}

export function formatRevision(revision: Revision): string {
  return `${revision.epoch}.${revision.sequence}`
}

const written = /^(\d{1,15})\.(\d{1,15})$/

export function isRevision(text: string): boolean {
  return written.test(text)
}

/** Reads `epoch.sequence`; anything else is `ERR_MALFORMED`. */
export function parseRevision(text: string): Revision {
  const match = written.exec(text)
  if (!match)
    throw new VedetteError('ERR_MALFORMED', `'${text}' is not a revision (epoch.sequence)`)
  return { epoch: Number(match[1]), sequence: Number(match[2]) }
}

/** Negative when `a` is older than `b`, 0 when they are the same, positive when it is newer. */
export function compareRevisions(a: Revision, b: Revision): number {
  return a.epoch - b.epoch || a.sequence - b.sequence
}
