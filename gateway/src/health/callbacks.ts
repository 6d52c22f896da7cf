import { randomUUID } from 'node:crypto'

import { messageOf } from '@vedette/core/errors'
import pRetry, { AbortError } from 'p-retry'
import type { Logger } from 'pino'
import { fetch } from 'undici'
import * as v from 'valibot'

import type { CatalogStore, PendingCallback } from '../catalog/store.ts'
import type { CallbackTarget } from './callback-config.ts'
import type { Targets } from './targets.ts'

/** Sends reports to URLs until each is delivered or given up. What is not delivered yet survives a restart. */
export interface Callbacks {
  /** Resolves when the report is on disk for every target; delivery goes on by itself. */
  send(report: string, callbacks: readonly Callback[]): Promise<void>
  close(): void
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

const RequestSchema = v.object({
  method: v.string(),
  headers: v.record(v.string(), v.string()),
  trusted: v.boolean(),
  report: v.string(),
})

const attempts = 8
const timeoutMs = 5_000

/** Takes up what an earlier life left undelivered. */
export async function startCallbacks(options: CallbacksOptions): Promise<Callbacks> {
  const { store, log } = options
  const ending = new AbortController()

  async function deliver(pending: PendingCallback): Promise<void> {
    const where = { url: new URL(pending.url).origin, callback: pending.id }
    try {
      await pRetry(() => post(pending, options), {
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
    await store.removeCallback(pending.id)
  }

  const inBackground = (pending: PendingCallback): void => {
    deliver(pending).catch((error: unknown) =>
      log.warn({ error: messageOf(error) }, 'callback lost its store'),
    )
  }

  for (const pending of await store.callbacks()) inBackground(pending)
  return {
    async send(report, callbacks) {
      for (const { target, trusted } of callbacks) {
        const { url, method, headers } = target
        const pending = {
          id: randomUUID(),
          url,
          request: JSON.stringify({ method, headers, trusted, report }),
          attempts: 0,
        }
        await store.addCallback(pending)
        inBackground(pending)
      }
    },
    close: () => ending.abort(),
  }
}

async function post(
  { url, request }: PendingCallback,
  { targets }: CallbacksOptions,
): Promise<void> {
  const { method, headers, trusted, report } = v.parse(
    v.pipe(v.string(), v.parseJson(), RequestSchema),
    request,
  )
  if (!trusted) refuseForGood(() => targets.check(url))
  const response = await fetch(url, {
    method,
    headers,
    ...(method !== 'GET' && method !== 'HEAD' && { body: report }),
    // A redirect could lead where the first address may not.
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
    ...(!trusted && { dispatcher: targets.dispatcher }),
  })
  await response.body?.cancel()
  if (!response.ok) throw new Error(`answered ${response.status}`)
}

function refuseForGood(check: () => unknown): void {
  try {
    check()
  } catch (error) {
    throw new AbortError(error instanceof Error ? error : String(error))
  }
}
