import type { Revision } from '@vedette/core/bundle/revision'
import { formatRevision } from '@vedette/core/bundle/revision'

import type { Catalog } from '../catalog/catalog.ts'
import type { Required } from './required.ts'

/** Publications this close together are one: the last of them, at the time of the first. */
const GRAIN_MS = 1_000

export interface TroubleOptions {
  readonly catalog: Pick<Catalog, 'head' | 'onPublished'>
  readonly required: Pick<Required, 'standing'>
  /** How long a replica may take to apply what was published. */
  readonly patienceMs: number
  /** ms since 1970. Default: this machine's clock. */
  readonly now?: () => number
}

interface Published {
  readonly revision: Revision
  readonly at: number
}

/**
 * Which required replicas have been behind, or failing, for longer than anybody should wait: one sentence, or undefined
 * when nobody is in trouble.
 */
export function followTrouble(options: TroubleOptions): () => string | undefined {
  const { catalog, required, patienceMs, now = Date.now } = options
  /** Oldest first; of those that everybody has had the time for, the latest. */
  let published: readonly Published[] = []

  /** The latest revision that everybody has had the time for. */
  function dueRevision(): Revision | undefined {
    const due = published.findLastIndex(({ at }) => at + patienceMs <= now())
    if (due > 0) published = published.slice(due)
    return due < 0 ? undefined : published[0]?.revision
  }

  function hearOf(revision: Revision): void {
    dueRevision()
    const last = published.at(-1)
    const isOneWithLast = last !== undefined && now() - last.at < Math.min(GRAIN_MS, patienceMs)
    published = isOneWithLast
      ? [...published.slice(0, -1), { revision, at: last.at }]
      : [...published, { revision, at: now() }]
  }

  const head = catalog.head()?.head
  if (head) hearOf(head)
  catalog.onPublished((publication) => hearOf(publication.head.head))

  return () => {
    const revision = dueRevision()
    if (revision === undefined) return undefined
    const { failed, pending } = required.standing(revision)
    const lag = `lags behind ${formatRevision(revision)} for more than ${patienceMs / 1_000} s`
    const sentences = [
      ...failed.map(({ replica, error }) => `${replica} failed: ${error}`),
      ...pending.map((replica) => `${replica} ${lag}`),
    ]
    return sentences.length === 0 ? undefined : sentences.join('; ')
  }
}
