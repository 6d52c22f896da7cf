import type { SignedEntry } from '@vedette/core/bundle/entry'
import type { Holdings } from '@vedette/core/protocol/held'

import type { Following } from './catalog.ts'
import type { InForce } from './in-force.ts'
import type { Steps } from './publication.ts'

/** Steps worth less than this are sent even where a snapshot is smaller: a resume is then what it says. */
const LEAST_SNAPSHOT_BYTES = 64 * 1024

/** What a reader at `positions` lacks; `snapshot` makes one of the data when that is the better answer. */
export async function following(
  current: InForce,
  positions: Holdings['positions'],
  snapshot: () => Promise<Steps>,
): Promise<Following> {
  const policy = stepsAfter(current.logs.policy, positions.policy) ?? current.logs.policy
  const data = await dataAfter(current, positions.data, snapshot)
  const entries = [...policy, ...data.entries]
  const units = policy.length > 0 ? current.manifest.units.map(({ wasm }) => wasm) : []
  const named = new Set([...entries.map(({ entry }) => entry.content), ...units])
  const blobs = [...current.blobs, ...data.blobs].filter(([digest]) => named.has(digest))
  return { entries, blobs: new Map(blobs) }
}

async function dataAfter(
  { logs, blobs }: InForce,
  position: string | undefined,
  snapshot: () => Promise<Steps>,
): Promise<Steps> {
  const steps = stepsAfter(logs.data, position)
  if (!steps) return isWhole(logs.data) ? { entries: logs.data, blobs } : snapshot()
  const bytes = sizeOf({ entries: steps, blobs })
  if (bytes <= LEAST_SNAPSHOT_BYTES) return { entries: steps, blobs }
  const whole = await snapshot()
  return sizeOf(whole) < bytes ? whole : { entries: steps, blobs }
}

/** A log of one snapshot, or of nothing, needs no other. */
function isWhole(log: readonly SignedEntry[]): boolean {
  return log.length === 0 || (log.length === 1 && log[0]?.entry.kind === 'snapshot')
}

function stepsAfter(
  log: readonly SignedEntry[],
  position: string | undefined,
): readonly SignedEntry[] | undefined {
  const index = log.findIndex((step) => step.position === position)
  return index < 0 ? undefined : log.slice(index + 1)
}

function sizeOf({ entries, blobs }: Steps): number {
  return entries.reduce(
    (sum, { statement, entry }) =>
      sum + statement.length + (blobs.get(entry.content)?.byteLength ?? 0),
    0,
  )
}
