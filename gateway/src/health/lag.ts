import type { Revision } from '@vedette/core/bundle/revision'
import { isRevision, parseRevision } from '@vedette/core/bundle/revision'
import type { StatusReport } from '@vedette/core/protocol/status-report'

import type { Catalog } from '../catalog/catalog.ts'

/** How far a replica is behind what is in force; nothing of both, and it is not. */
interface Lag {
  readonly revisions: number
  /** Since the first revision that it lacks was published. */
  readonly seconds: number
}

export type LagOf = (status: Pick<StatusReport, 'revision' | 'issued'>) => Lag

/** When more revisions than that were published is not remembered. */
const mostRemembered = 4096

export function createLag(
  catalog: Pick<Catalog, 'head' | 'onPublished'>,
  now: () => number = Date.now,
): LagOf {
  const openedAt = now()
  /** By sequence; those of an epoch are without a gap. */
  const publishedAt = new Map<number, number>()
  catalog.onPublished(({ head: { head } }) => {
    publishedAt.set(head.sequence, now())
    publishedAt.delete(head.sequence - mostRemembered)
  })

  return ({ revision, issued }) => {
    const head = catalog.head()?.head
    if (!head) return none
    const held = sequenceIn(head.epoch, revision)
    const revisions = Math.max(0, head.sequence - held)
    if (revisions === 0) return none
    const since = publishedAt.get(held + 1) ?? issued ?? openedAt
    return { revisions, seconds: Math.max(0, now() - since) / 1000 }
  }
}

const none: Lag = { revisions: 0, seconds: 0 }

/** Of another epoch it has nothing. */
function sequenceIn(epoch: number, revision: string | null): number {
  const held: Revision | undefined =
    revision !== null && isRevision(revision) ? parseRevision(revision) : undefined
  return held?.epoch === epoch ? held.sequence : 0
}
