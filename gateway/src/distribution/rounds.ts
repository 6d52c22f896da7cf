import type { Digest } from '@vedette/core/bundle/digest'
import type { Head, SignedHead } from '@vedette/core/bundle/head'
import type { Held, Holdings } from '@vedette/core/protocol/held'
import type { Push } from '@vedette/core/protocol/push'

import type { Catalog, Following } from '../catalog/catalog.ts'
import { inBatches } from './batches.ts'
import { nothing, pushOf } from './following.ts'

export interface RoundsOptions {
  readonly scope: string
  readonly catalog: Pick<Catalog, 'blob' | 'head' | 'since'>
  /** Brings a push to the Worker, and its answer back. */
  readonly ask: (push: Push) => Promise<Held>
  /** Brings content ahead of the push that names it. */
  readonly send: (content: Uint8Array) => void
  readonly onHeld: (held: Held) => void
}

/** Content beyond this goes ahead of its entries, in pushes of its own: a Worker takes 32 MiB in one message. */
const batchBytes = 8 * 1024 * 1024

/** Less than this is sent and taken in as quickly with the push. */
const aheadBytes = 64 * 1024

/** The rounds of one connection. */
export interface Rounds {
  /**
   * Sends what the Worker lacks. Resolves to its answer when it is still behind then, to `undefined` when it holds all
   * that the head names that it was sent. The first round asks what it holds.
   */
  next(): Promise<Held | undefined>
  /** Sends large content that the next round may name, to a Worker that is not behind; once between two rounds. */
  ahead(blobs: Following['blobs']): void
}

export function createRounds(options: RoundsOptions): Rounds {
  const { scope, catalog, ask, send, onHeld } = options
  let latest: Held | undefined
  let isUpToDate = false
  /** Content of the round before, or sent ahead of this one: what was lost of it, the Worker names as missing. */
  let carried: ReadonlySet<Digest> = new Set()
  let pushes = 0

  async function tell(following: Following, head?: SignedHead): Promise<Held> {
    pushes += 1
    latest = await ask(pushOf(following, head, { id: String(pushes), scope }))
    onHeld(latest)
    return latest
  }

  async function next(): Promise<Held | undefined> {
    isUpToDate = false
    const { holdings } = latest ?? (await tell(nothing))
    const { entries, blobs } = await lackedBy(holdings, catalog)
    const needed = [...blobs].filter(
      ([digest]) => !carried.has(digest) || holdings.missing.includes(digest),
    )
    const batches = inBatches(needed, batchBytes)
    const last = batches.pop() ?? nothing.blobs
    for (const batch of batches) await tell({ entries: [], blobs: batch })
    const head = catalog.head()
    const held = await tell({ entries, blobs: last }, head)
    if (!isBehind(held, head?.head)) {
      carried = new Set(blobs.keys())
      isUpToDate = true
      return undefined
    }
    // Content spoilt on the way is not always named as missing: a snapshot whose content is not in hand is passed over.
    carried = new Set()
    return held
  }

  return {
    next,
    ahead(blobs) {
      if (!isUpToDate) return
      const large = [...blobs].filter(
        ([, { length }]) => length > aheadBytes && length < batchBytes,
      )
      for (const [, bytes] of large) send(bytes)
      carried = new Set([...carried, ...large.map(([digest]) => digest)])
      isUpToDate = large.length === 0
    },
  }
}

/** What follows its positions, and whatever else it says is missing. */
async function lackedBy(
  { positions, missing }: Holdings,
  catalog: RoundsOptions['catalog'],
): Promise<Following> {
  const { entries, blobs } = await catalog.since(positions)
  const found = new Map(blobs)
  for (const digest of missing) {
    const bytes = await catalog.blob(digest)
    if (bytes) found.set(digest, bytes)
  }
  return { entries, blobs: found }
}

/** Also behind is who holds everything and refused the head: it was spoilt on the way, or could not be activated. */
function isBehind(
  { holdings: { positions, missing }, status }: Held,
  head: Head | undefined,
): boolean {
  return (
    missing.length > 0 ||
    positions.policy !== head?.parts.policy?.position ||
    positions.data !== head?.parts.data?.position ||
    (head !== undefined && status.issued !== head.issued)
  )
}
