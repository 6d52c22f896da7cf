import { messageOf } from '@vedette/core/errors'
import pRetry from 'p-retry'
import type { Logger } from 'pino'

import type { DeadLetter, PendingCallback, UpdateStore } from '../catalog/update-store.ts'
import type { Targets } from '../health/targets.ts'
import { createBatch } from './batch.ts'
import { createLanes } from './lanes.ts'
import { postReport, readRequest } from './post-report.ts'

/** Delivers what is on disk until it has arrived or is given up; what an earlier life left goes first. */
export interface CallbackQueue {
  /** They are on disk. */
  deliver(callbacks: readonly PendingCallback[]): void
  /** What was given up, oldest first. */
  deadLetters(): Promise<readonly DeadLetter[]>
  /** Delivers dead letters again; tells how many of these there were. */
  retry(ids: readonly string[]): Promise<number>
  forget(ids: readonly string[]): Promise<void>
  /** Breaks off what is under way: it begins again with the next life. */
  close(): Promise<void>
}

export interface CallbackQueueOptions {
  readonly store: Pick<
    UpdateStore,
    'buryCallback' | 'callbacks' | 'deadLetters' | 'removeCallbacks' | 'reviveCallbacks'
  >
  readonly targets: Targets
  /** Signs every report, where there is one. */
  readonly secret?: string
  readonly log: Pick<Logger, 'info' | 'warn'>
  /** ms before the first repetition, doubled each time up to a minute. Default 500. */
  readonly firstRetryMs?: number
}

const mostAttempts = 8

/** To one target. */
const atOnce = 16

export async function openQueue(options: CallbackQueueOptions): Promise<CallbackQueue> {
  const { store, targets, log } = options
  const ending = new AbortController()
  const underWay = new Set<Promise<void>>()
  const lanes = createLanes(atOnce)
  const delivered = createBatch<string>((ids) => store.removeCallbacks(ids))

  async function insist(
    { id, url, request }: PendingCallback,
    onAttempt: () => void,
  ): Promise<void> {
    const { secret, firstRetryMs = 500 } = options
    const { signal } = ending
    const read = readRequest(request)
    const attempt = (): Promise<void> => {
      onAttempt()
      return postReport({ id, url, secret }, read, { targets, signal })
    }
    await pRetry(() => lanes.run(url, attempt), {
      retries: mostAttempts - 1,
      minTimeout: firstRetryMs,
      maxTimeout: 60_000,
      randomize: true,
      signal,
    })
  }

  async function deliver(callback: PendingCallback): Promise<void> {
    const { id, url, about } = callback
    // A path, a query or a user may be a secret.
    const where = { update: about, callback: id, to: new URL(url).origin }
    let attempts = 0
    try {
      await insist(callback, () => (attempts += 1))
    } catch (error) {
      if (ending.signal.aborted) return
      log.warn({ ...where, error: messageOf(error) }, 'callback given up')
      return store.buryCallback({ id, attempts, error: messageOf(error), at: Date.now() })
    }
    log.info(where, 'callback delivered')
    return delivered.add(id)
  }

  function deliverAll(callbacks: readonly PendingCallback[]): void {
    for (const callback of callbacks) {
      const delivery = deliver(callback)
        .catch((error: unknown) =>
          log.warn({ error: messageOf(error) }, 'a callback was not crossed out: it comes again'),
        )
        .finally(() => underWay.delete(delivery))
      underWay.add(delivery)
    }
  }

  deliverAll(await store.callbacks())
  return {
    deliver: deliverAll,
    deadLetters: () => store.deadLetters(),
    async retry(ids) {
      const revived = await store.reviveCallbacks(ids)
      deliverAll(revived)
      return revived.length
    },
    forget: (ids) => store.removeCallbacks(ids),
    async close() {
      ending.abort()
      await Promise.all(underWay)
      await targets.close()
    },
  }
}
