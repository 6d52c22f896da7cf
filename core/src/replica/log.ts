import type { Digest } from '../bundle/digest.ts'
import type { SignedEntry } from '../bundle/entry.ts'
import type { Head } from '../bundle/head.ts'
import { compareRevisions } from '../bundle/revision.ts'
import { VedetteError } from '../errors.ts'

/** One part's steps as a replica holds them: those that decide now, from their snapshot on, then what is staged. */
export type Log = readonly SignedEntry[]

/** The steps that make the content at a position: its last snapshot up to there, and the patches since. */
export function stepsTo(log: Log, position: Digest | undefined): Log | undefined {
  const end = placeOf(log, position)
  if (end < 0) return undefined
  const start = log.findLastIndex((step, index) => index <= end && isSnapshot(step))
  return log.slice(start, end + 1)
}

/** The patches that lead on from the latest snapshot. */
export function chainOf(log: Log): Log {
  return log.slice(log.findLastIndex(isSnapshot) + 1)
}

/** The log with a patch at its end; one that is held already changes nothing, and one that leaves a gap is `ERR_GAP`. */
export function withPatch(log: Log, step: SignedEntry): Log {
  const tip = log.at(-1)
  if (tip && !isNewer(step, tip)) return log
  if (step.entry.prev === tip?.position) return [...log, step]
  throw new VedetteError(
    'ERR_GAP',
    `entry ${step.entry.sequence} of ${step.entry.part} follows one that is not held`,
  )
}

export interface SnapshotPlace {
  /** Where the head that decides is. */
  readonly active: Digest | undefined
  /** Where the head that waits will be. */
  readonly wanted: Digest | undefined
  /** Whether all that the snapshot names is held. */
  readonly isComplete: boolean
}

/**
 * The log with a snapshot: behind all that is held when it is newer or wanted; in place of the steps up to its
 * position when it stands for one, but then only with its content in hand. What decides now is never given up.
 */
export function withSnapshot(log: Log, step: SignedEntry, place: SnapshotPlace): Log {
  const at = placeOf(log, step.position)
  const same = log[at]
  const isOfUse = same ? !isSnapshot(same) && place.isComplete : leadsOn(log, step, place)
  if (!isOfUse) return log
  const active = placeOf(log, place.active)
  const deciding = same && at <= active ? [] : log.slice(0, active + 1)
  return [...deciding, step, ...(same ? log.slice(at + 1) : [])]
}

/**
 * The log at an activated head: what it names, and what is staged behind. The rest is history, or a line that the
 * gateway gave up, for what follows the place a head names is newer than the head.
 */
export function trimmed(log: Log, position: Digest | undefined, head: Head): Log {
  const deciding = stepsTo(log, position) ?? []
  const staged = log.slice(placeOf(log, position) + 1)
  return [...deciding, ...staged.filter((step) => compareRevisions(step.entry, head) > 0)]
}

/** A position the pending head names is wanted even where another line, given up by the gateway, got further. */
function leadsOn(log: Log, step: SignedEntry, { wanted }: SnapshotPlace): boolean {
  const tip = log.at(-1)
  return !tip || isNewer(step, tip) || step.position === wanted
}

function placeOf(log: Log, position: Digest | undefined): number {
  return log.findIndex((step) => step.position === position)
}

function isNewer(a: SignedEntry, b: SignedEntry): boolean {
  return compareRevisions(a.entry, b.entry) > 0
}

function isSnapshot(step: SignedEntry): boolean {
  return step.entry.kind === 'snapshot'
}
