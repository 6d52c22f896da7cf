import type { Digest } from '@vedette/core/bundle/digest'
import type { SignedEntry } from '@vedette/core/bundle/entry'
import type { Manifest } from '@vedette/core/bundle/manifest'
import type { Json } from '@vedette/core/json/json'
import { stringifyJson } from '@vedette/core/json/stringify'

import { CatalogError } from './catalog-error.ts'
import type { InForce, Logs } from './in-force.ts'
import type { Checkpoint } from './store.ts'

/** How far back the data's log reaches, and how large the document may become. */
export interface Limits {
  readonly logEntries: number
  readonly logBytes: number
  readonly documentBytes: number
}

export const defaultLimits: Limits = {
  logEntries: 1024,
  logBytes: 8 * 1024 * 1024,
  documentBytes: 16 * 1024 * 1024,
}

/** Patches may outgrow the document they lead on from, but not by less than this: a checkpoint costs, too. */
const LEAST_CHECKPOINT_BYTES = 64 * 1024

type Blobs = ReadonlyMap<Digest, Uint8Array>

/** The logs after a write: of the policies the latest entry, of the data what the limits and the checkpoint ask for. */
export function keptLogs(
  { logs, blobs, checkpoint }: Pick<InForce, 'logs' | 'blobs' | 'checkpoint'>,
  limits: Limits,
): Logs {
  const sizes = logs.data.map((step) => sizeOf(step, blobs))
  let bytes = 0
  let start = logs.data.length
  while (start > 0) {
    bytes += sizes[start - 1] ?? 0
    const isNeeded = (logs.data[start - 1]?.entry.sequence ?? 0) > checkpoint.sequence
    const fits = bytes <= limits.logBytes && logs.data.length - start < limits.logEntries
    if (!fits && !isNeeded && start < logs.data.length) break
    start--
  }
  return { policy: logs.policy.slice(-1), data: logs.data.slice(start) }
}

/** The blobs that logs and manifest name, out of those at hand. */
export function namedBlobs(logs: Logs, manifest: Manifest, blobs: Blobs): Blobs {
  const named = new Set([
    ...[...logs.policy, ...logs.data].map(({ entry }) => entry.content),
    ...manifest.units.map(({ wasm }) => wasm),
  ])
  return new Map([...blobs].filter(([digest]) => named.has(digest)))
}

/**
 * A checkpoint of the document when its patches have outgrown the last one, so that a small write stays small; also
 * where the document might be too large: only then is it measured, and refused with `ERR_TOO_LARGE`.
 */
export function dueCheckpoint(
  next: Pick<InForce, 'sequence' | 'document' | 'checkpoint' | 'logs' | 'blobs'>,
  limits: Limits,
): Checkpoint | undefined {
  const { checkpoint } = next
  const patches = next.logs.data.filter(({ entry }) => entry.sequence > checkpoint.sequence)
  if (patches.length === 0) return undefined
  const bytes = patches.reduce((sum, step) => sum + sizeOf(step, next.blobs), 0)
  const isLong = patches.length > limits.logEntries / 2
  const isLarge =
    bytes > Math.max(LEAST_CHECKPOINT_BYTES, checkpoint.bytes) || bytes > limits.logBytes / 2
  // A patch is never smaller than what it adds, so the document is at most this large.
  const mayBeTooLarge = checkpoint.bytes + bytes > limits.documentBytes
  if (!isLong && !isLarge && !mayBeTooLarge && checkpoint.sequence > 0) return undefined
  return { sequence: next.sequence, document: measured(next.document, limits.documentBytes) }
}

function measured(document: Json, limit: number): string {
  const text = stringifyJson(document)
  if (Buffer.byteLength(text) <= limit) return text
  throw new CatalogError('ERR_TOO_LARGE', `the data document would be larger than ${limit} bytes`)
}

function sizeOf({ entry }: SignedEntry, blobs: Blobs): number {
  return blobs.get(entry.content)?.byteLength ?? 0
}
