import type { Digest } from '@vedette/core/bundle/digest'
import type { Part, SignedEntry } from '@vedette/core/bundle/entry'
import { parts } from '@vedette/core/bundle/entry'
import { stringifyJson } from '@vedette/core/json/stringify'

import { CatalogError } from './catalog-error.ts'
import type { Checkpoints, InForce, Logs } from './in-force.ts'
import { contentOf } from './in-force.ts'
import type { Checkpoint } from './store.ts'

/** How far back a part's log reaches, and how large its content may become. */
export interface Limits {
  readonly logEntries: number
  readonly logBytes: number
  readonly contentBytes: number
}

export const defaultLimits: Limits = {
  logEntries: 1024,
  logBytes: 8 * 1024 * 1024,
  contentBytes: 16 * 1024 * 1024,
}

/**
 * Patches may grow to so many times the content they lead on from, and to this: a checkpoint costs, too. Where each
 * replaces nearly all of it, every other one would have to pay.
 */
const CHECKPOINT_TIMES = 2
const LEAST_CHECKPOINT_BYTES = 64 * 1024

type Blobs = ReadonlyMap<Digest, Uint8Array>
type Log = readonly SignedEntry[]

export const noCheckpoints: Checkpoints = {
  policy: { sequence: 0, bytes: 0 },
  data: { sequence: 0, bytes: 0 },
}

/** Bytes, not characters: what the limits count. */
export function checkpointsAfter(before: Checkpoints, made: readonly Checkpoint[]): Checkpoints {
  const sized = made.map(({ part, sequence, content }) => {
    return [part, { sequence, bytes: Buffer.byteLength(content) }] as const
  })
  return { ...before, ...Object.fromEntries(sized) }
}

type Kept = Pick<InForce, 'logs' | 'blobs' | 'checkpoints'>

/** The logs after a write: what the limits and the checkpoints ask for. */
export function keptLogs(kept: Kept, limits: Limits): Logs {
  return { policy: keptLog(kept, 'policy', limits), data: keptLog(kept, 'data', limits) }
}

function keptLog({ logs, blobs, checkpoints }: Kept, part: Part, limits: Limits): Log {
  const log = logs[part]
  let bytes = 0
  let start = log.length
  for (const step of log.toReversed()) {
    bytes += sizeOf(step, blobs)
    const isNeeded = step.entry.sequence > checkpoints[part].sequence
    const fits = bytes <= limits.logBytes && log.length - start < limits.logEntries
    if (!fits && !isNeeded && start < log.length) break
    start--
  }
  return log.slice(start)
}

/** The blobs that logs and units name, out of those at hand. */
export function namedBlobs(logs: Logs, { units, blobs }: Pick<InForce, 'units' | 'blobs'>): Blobs {
  const named = new Set([...logs.policy, ...logs.data].map(({ entry }) => entry.content))
  for (const made of units.values()) for (const digest of made.blobs.keys()) named.add(digest)
  const kept = new Map(blobs)
  for (const digest of blobs.keys()) if (!named.has(digest)) kept.delete(digest)
  return kept
}

type Growing = Kept & Pick<InForce, 'sequence' | 'manifest' | 'document'>

/**
 * A checkpoint of each part whose patches have outgrown the last one, so that a small write stays small; also where a
 * part might be too large: only then is it measured, and refused with `ERR_TOO_LARGE`.
 */
export function dueCheckpoints(next: Growing, limits: Limits): readonly Checkpoint[] {
  return parts
    .filter((part) => isDue(next, part, limits))
    .map((part) => ({ part, sequence: next.sequence, content: measured(next, part, limits) }))
}

function isDue({ logs, blobs, checkpoints }: Growing, part: Part, limits: Limits): boolean {
  const checkpoint = checkpoints[part]
  const patches = logs[part].filter(({ entry }) => entry.sequence > checkpoint.sequence)
  if (patches.length === 0) return false
  const bytes = patches.reduce((sum, step) => sum + sizeOf(step, blobs), 0)
  const isLong = patches.length > limits.logEntries / 2
  const isLarge =
    bytes > Math.max(LEAST_CHECKPOINT_BYTES, CHECKPOINT_TIMES * checkpoint.bytes) ||
    bytes > limits.logBytes / 2
  // A patch is never smaller than what it adds, so the content is at most this large.
  const mayBeTooLarge = checkpoint.bytes + bytes > limits.contentBytes
  return isLong || isLarge || mayBeTooLarge || checkpoint.sequence === 0
}

function measured(next: Growing, part: Part, { contentBytes: limit }: Limits): string {
  const text = stringifyJson(contentOf(next, part))
  if (Buffer.byteLength(text) <= limit) return text
  const what = part === 'data' ? 'data document' : 'manifest'
  throw new CatalogError('ERR_TOO_LARGE', `the ${what} would be larger than ${limit} bytes`)
}

function sizeOf({ entry }: SignedEntry, blobs: Blobs): number {
  return blobs.get(entry.content)?.byteLength ?? 0
}
