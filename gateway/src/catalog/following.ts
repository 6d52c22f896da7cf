import type { Digest } from '@vedette/core/bundle/digest'
import type { Part, SignedEntry } from '@vedette/core/bundle/entry'
import type { Unit } from '@vedette/core/bundle/manifest'
import { parseManifestPatch, unitsOfPatch } from '@vedette/core/bundle/manifest-patch'
import { neededBlobs } from '@vedette/core/evaluator/unit-engine'
import type { Holdings } from '@vedette/core/protocol/held'

import type { Following } from './catalog.ts'
import type { InForce } from './in-force.ts'
import type { Steps } from './publication.ts'

/**
 * Steps worth less than this are sent even where a snapshot is smaller: a resume is then what it says. So is a single
 * one, as everyone lacks after each update: to find out how large a snapshot is, it has to be made.
 */
const LEAST_SNAPSHOT_BYTES = 64 * 1024

const decoder = new TextDecoder()

interface FollowingOptions {
  /** Makes a snapshot of a part. */
  readonly snapshot: (part: Part) => Promise<Steps>
  /** Whether it was signed by the present key. */
  readonly isOurs: (step: SignedEntry) => boolean
}

/** What a reader at `positions` lacks; where that is the better answer, a snapshot is made. */
export async function following(
  current: InForce,
  positions: Holdings['positions'],
  options: FollowingOptions,
): Promise<Following> {
  const policy = await partAfter(current, 'policy', { position: positions.policy, ...options })
  const data = await partAfter(current, 'data', { position: positions.data, ...options })
  const entries = [...policy.entries, ...data.entries]
  const named = [
    ...entries.map(({ entry }) => entry.content),
    ...unitsNamedBy(policy.entries, current).flatMap(neededBlobs),
  ]
  const sources = [current.blobs, policy.blobs, data.blobs]
  return { entries, blobs: new Map(named.flatMap((digest) => foundIn(sources, digest))) }
}

function foundIn(sources: readonly Steps['blobs'][], digest: Digest): [Digest, Uint8Array][] {
  const bytes = sources.map((blobs) => blobs.get(digest)).find(Boolean)
  return bytes ? [[digest, bytes]] : []
}

async function partAfter(
  { logs, blobs }: InForce,
  part: Part,
  { position, snapshot, isOurs }: FollowingOptions & { readonly position: Digest | undefined },
): Promise<Steps> {
  const log = logs[part]
  const steps = stepsAfter(log, position)
  if (!steps) return isWhole(log) && log.every(isOurs) ? { entries: log, blobs } : snapshot(part)
  const bytes = sizeOf({ entries: steps, blobs })
  if (steps.length < 2 || bytes <= LEAST_SNAPSHOT_BYTES) return { entries: steps, blobs }
  const whole = await snapshot(part)
  return sizeOf(whole) < bytes ? whole : { entries: steps, blobs }
}

/** The units in force that these steps bring: all, or those that patches put in place. */
function unitsNamedBy(
  steps: readonly SignedEntry[],
  { manifest, blobs }: Pick<InForce, 'manifest' | 'blobs'>,
): readonly Unit[] {
  if (steps.some(({ entry }) => entry.kind === 'snapshot')) return Object.values(manifest.units)
  const names = new Set(
    steps.flatMap(({ entry }) => namesIn(decoder.decode(blobs.get(entry.content)))),
  )
  return Object.values(manifest.units).filter(({ name }) => names.has(name))
}

function namesIn(patch: string): readonly string[] {
  return unitsOfPatch(parseManifestPatch(patch)).map(([name]) => name)
}

/** A log of one snapshot, or of nothing, needs no other. */
function isWhole(log: readonly SignedEntry[]): boolean {
  return log.length === 0 || (log.length === 1 && log[0]?.entry.kind === 'snapshot')
}

function stepsAfter(
  log: readonly SignedEntry[],
  position: string | undefined,
): readonly SignedEntry[] | undefined {
  const index = log.findLastIndex((step) => step.position === position)
  return index < 0 ? undefined : log.slice(index + 1)
}

function sizeOf({ entries, blobs }: Steps): number {
  return entries.reduce(
    (sum, { statement, entry }) =>
      sum + statement.length + (blobs.get(entry.content)?.byteLength ?? 0),
    0,
  )
}
