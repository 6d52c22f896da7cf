import type { Revision } from '@vedette/core/bundle/revision'
import { formatRevision } from '@vedette/core/bundle/revision'
import { messageOf } from '@vedette/core/errors'

import type { Accounts } from '../callbacks/accounts.ts'
import type { ReportedEntry } from '../callbacks/note.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { TransactionContext, Transactions } from '../health/transactions.ts'
import type { Applied } from './applied.ts'
import { PartialFailure } from './applied.ts'
import type { Attempt } from './attempt.ts'
import { attemptOf, failuresIn, refusalOf, reportedEntry } from './attempt.ts'
import { FetchError } from './fetcher.ts'
import { createPathTurns } from './path-turns.ts'
import type { PreparedEntry } from './prepared-entry.ts'
import { readEntries } from './read-entries.ts'
import type { Subscription } from './topics.ts'
import { isFor } from './topics.ts'

/**
 * Carries out data updates: reads what is to be read elsewhere, and saves it as one revision. Updates of overlapping
 * places are saved in the order they came, however long one of them takes to read.
 */
export interface Updates {
  /** Resolves when it is durable; fails when nothing was saved. Told of in any case. */
  apply(update: Update): Promise<Applied>
  /** Gives up what is being read. Resolves when nothing is under way any more. */
  close(): Promise<void>
}

export interface Update {
  readonly id: string
  readonly entries: readonly PreparedEntry[]
  /** Whether one entry that fails fails them all. */
  readonly isAtomic: boolean
  /** Why it was sent, for the log. */
  readonly reason: string | null
  /** What is kept of it, for whoever is to be told. */
  note(entries: readonly ReportedEntry[]): string
}

export interface UpdatesOptions {
  readonly catalog: Pick<Catalog, 'head' | 'putData'>
  readonly transactions: Pick<Transactions, 'transaction'>
  /** Told of an update that failed before the catalogue saw it. */
  readonly failed: Accounts['failed']
  readonly subscription: Subscription
}

interface Chosen {
  readonly chosen: readonly PreparedEntry[]
  readonly skipped: readonly number[]
}

/** OPAL's words for what its entries do. */
const actions = {
  PUT: 'set_policy_data',
  PATCH: 'patch_policy_data',
  DELETE: 'delete_policy_data',
} as const

function actionOf({ entry }: PreparedEntry): string {
  return actions[entry.saveMethod]
}

/** Over all entries of one update: more than a document may hold. */
const mostBytes = 20 * 1024 * 1024

export function createUpdates(options: UpdatesOptions): Updates {
  const { catalog, transactions, subscription } = options
  const turns = createPathTurns()
  const ending = new AbortController()
  const underWay = new Set<Promise<Applied>>()

  function choose(entries: readonly PreparedEntry[]): Chosen {
    const isChosen = ({ entry }: PreparedEntry): boolean => isFor(subscription, entry.topics)
    const skipped = entries.filter((each) => !isChosen(each)).map(({ index }) => index)
    return { chosen: entries.filter(isChosen), skipped }
  }

  /** Whoever is to be told is told of what the catalogue never sees. */
  async function refuse(
    { id, note }: Update,
    attempts: readonly Attempt[],
    reason: unknown,
  ): Promise<never> {
    const entries = attempts.map(reportedEntry)
    await options.failed({ id, kind: 'data', note: note(entries), error: messageOf(reason) })
    throw reason
  }

  async function attempt(tx: TransactionContext, update: Update): Promise<Applied> {
    const { isAtomic, reason } = update
    const { chosen: entries, skipped } = choose(update.entries)
    const reading = readEntries(entries, { isAtomic, mostBytes, signal: ending.signal })
    const paths = entries.map(({ path }) => path)
    return turns.run(paths, async () => {
      const attempts = (await reading).map(([prepared, each]) => attemptOf(prepared, each))
      const refusal = refusalOf(attempts, isAtomic)
      if (refusal !== undefined) await refuse(update, attempts, refusal)
      tx.step('fetched', { entries: entries.length, reason })
      tx.acts(attempts.filter(({ write }) => write).map(({ prepared }) => actionOf(prepared)))
      const revision = await save(update, attempts)
      tx.step('saved', revision && { revision: formatRevision(revision) })
      return { revision, failures: failuresIn(attempts), skipped }
    })
  }

  function save(
    { id, isAtomic, note }: Update,
    attempts: readonly Attempt[],
  ): Promise<Revision | undefined> {
    const writing = attempts.filter(({ write }) => write !== undefined)
    if (attempts.length > 0 && writing.length === 0) return Promise.resolve(catalog.head()?.head)
    return catalog.putData({
      id,
      writes: writing.flatMap(({ write }) => write ?? []),
      note: () => note(attempts.map(reportedEntry)),
      ...(!isAtomic && {
        onUnfit(index, reason) {
          const unfit = writing[index]
          if (unfit) unfit.error = reason
        },
      }),
    })
  }

  async function apply(update: Update): Promise<Applied> {
    try {
      return await transactions.transaction(update.id, 'data', async (tx) => {
        const applied = await attempt(tx, update)
        if (applied.failures.length > 0) throw new PartialFailure(applied)
        return applied
      })
    } catch (error) {
      if (error instanceof PartialFailure) return error.applied
      throw error
    }
  }

  return {
    apply(update) {
      const applying = apply(update).finally(() => underWay.delete(applying))
      underWay.add(applying)
      return applying
    },
    async close() {
      ending.abort(new FetchError('the gateway was stopped', { isPassing: true }))
      await Promise.allSettled(underWay)
    },
  }
}
