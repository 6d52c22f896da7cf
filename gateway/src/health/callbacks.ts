import { randomUUID } from 'node:crypto'

import { messageOf } from '@vedette/core/errors'
import pRetry from 'p-retry'
import type { Logger } from 'pino'

import type { CatalogStore, PendingCallback } from '../catalog/store.ts'
import type { CallbackTarget } from './callback-config.ts'
import { postReport, readRequest, writeRequest } from './post-report.ts'
import type { Targets } from './targets.ts'

/** Sends reports to URLs until each is delivered or given up. What is not delivered yet survives a restart. */
export interface Callbacks {
  /** Resolves when the report is on disk for every target; delivery goes on by itself. */
  send(report: string, callbacks: readonly Callback[]): Promise<void>
  /** Breaks off what is under way: it begins again with the next life. */
  close(): Promise<void>
}

export interface Callback {
  readonly target: CallbackTarget
  /** The operator configured it, so any address may be called; a request's may not. */
  readonly trusted: boolean
}

export interface CallbacksOptions {
  readonly store: Pick<CatalogStore, 'addCallback' | 'callbacks' | 'removeCallback'>
  readonly targets: Targets
  readonly log: Pick<Logger, 'info' | 'warn'>
  /** ms before the first repetition, doubled each time. Default 500. */
  readonly firstRetryMs?: number
}

const attempts = 8

/** Takes up what an earlier life left undelivered. */
export async function startCallbacks(options: CallbacksOptions): Promise<Callbacks> {
  const { store, targets, log } = options
  const ending = new AbortController()
  const underWay = new Set<Promise<void>>()

  async function deliver({ id, url, request }: PendingCallback): Promise<void> {
    // A path, a query or a user may be a secret.
    const where = { callback: id, to: new URL(url).origin }
    try {
      const read = readRequest(request)
      await pRetry(() => postReport(url, read, { targets, signal: ending.signal }), {
        retries: attempts - 1,
        minTimeout: options.firstRetryMs ?? 500,
        maxTimeout: 60_000,
        randomize: true,
        signal: ending.signal,
      })
      log.info(where, 'callback delivered')
    } catch (error) {
      if (ending.signal.aborted) return
      log.warn({ ...where, error: messageOf(error) }, 'callback given up')
    }
    await store.removeCallback(id)
  }

  function inBackground(pending: PendingCallback): void {
    const delivery = deliver(pending)
      .catch((error: unknown) =>
        log.warn({ error: messageOf(error) }, 'a callback could not be forgotten: it comes again'),
      )
      .finally(() => underWay.delete(delivery))
    underWay.add(delivery)
  }

  for (const pending of await store.callbacks()) inBackground(pending)
  return {
    async send(report, callbacks) {
      for (const { target, trusted } of callbacks) {
        const request = writeRequest(target, { trusted, report })
        const pending = { id: randomUUID(), url: target.url, request, attempts: 0 }
        await store.addCallback(pending)
        inBackground(pending)
      }
    },
    async close() {
      ending.abort()
      await Promise.all(underWay)
      await targets.close()
    },
  }
}
