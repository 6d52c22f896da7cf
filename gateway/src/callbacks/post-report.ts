import { createHmac } from 'node:crypto'

import { VedetteError } from '@vedette/core/errors'
import { AbortError } from 'p-retry'
import * as v from 'valibot'

import type { Targets } from '../health/targets.ts'
import { withoutUser } from '../health/url-user.ts'
import type { CallbackTarget } from './config.ts'

const RequestSchema = v.object({
  method: v.string(),
  headers: v.record(v.string(), v.string()),
  trusted: v.boolean(),
  report: v.string(),
})

/** All of a callback but its URL, as it is kept. */
export type CallbackRequest = v.InferOutput<typeof RequestSchema>

const timeoutMs = 5_000

export function writeRequest(
  { method, headers }: CallbackTarget,
  rest: { readonly trusted: boolean; readonly report: string },
): string {
  return JSON.stringify({ method, headers, ...rest })
}

export function readRequest(text: string): CallbackRequest {
  return v.parse(v.pipe(v.string(), v.parseJson(), RequestSchema), text)
}

export interface Delivery {
  /** The same at each attempt, in this life and the next. */
  readonly id: string
  readonly url: string
  readonly secret: string | undefined
}

/** One attempt. Throws what may pass, or an `AbortError` where another attempt would end the same. */
export async function postReport(
  delivery: Delivery,
  request: CallbackRequest,
  { targets, signal }: { readonly targets: Targets; readonly signal: AbortSignal },
): Promise<void> {
  const { method, headers, trusted, report } = request
  const { url, authorization } = withoutUser(delivery.url)
  try {
    if (!trusted) targets.check(delivery.url)
    const response = await (trusted ? fetch : targets.fetch)(url, {
      method,
      headers: { ...authorization, ...headers, ...proofs(delivery, report) },
      ...(method !== 'GET' && method !== 'HEAD' && { body: report }),
      // A redirect could lead where the first address may not.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`answered ${response.status}`)
  } catch (error) {
    throw reasonOf(error)
  }
}

/** By which a receiver knows a report it has had already, and one that is not from here. */
function proofs({ id, secret }: Delivery, report: string): Readonly<Record<string, string>> {
  if (!secret) return { 'idempotency-key': id }
  const signature = createHmac('sha256', secret).update(report).digest('hex')
  return { 'idempotency-key': id, 'x-hub-signature-256': `sha256=${signature}` }
}

/** `fetch` only says that it failed: why is in the cause, and may be that the target is not allowed. */
function reasonOf(error: unknown): unknown {
  const cause = error instanceof TypeError && error.cause instanceof Error ? error.cause : error
  return cause instanceof VedetteError ? new AbortError(cause) : cause
}
