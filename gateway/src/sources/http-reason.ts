import { VedetteError, codeOf, messageOf } from '@vedette/core/errors'
import { JsonError } from '@vedette/core/json/json'
import type { Response } from 'undici'

import { FetchError } from './fetcher.ts'

/** Answers that may be other ones a moment later. */
const passingStatuses: readonly number[] = [408, 425, 429, 500, 502, 503, 504]

export function statusError(url: URL, { status, statusText }: Response): FetchError {
  const isPassing = passingStatuses.includes(status)
  return new FetchError(`${placeOf(url)} answered ${`${status} ${statusText}`.trim()}`, {
    isPassing,
  })
}

interface Attempt {
  readonly url: URL
  readonly timeoutMs: number
}

/** Why an attempt failed. `fetch` only says that it did: why is in the cause. */
export function reasonOf(thrown: unknown, { url, timeoutMs }: Attempt): unknown {
  const cause = thrown instanceof TypeError && thrown.cause ? thrown.cause : thrown
  if (cause instanceof VedetteError) return cause
  const place = placeOf(url)
  if (cause instanceof JsonError)
    return new FetchError(`${place} answered with what is no JSON: ${cause.message}`, {
      isPassing: false,
      cause,
    })
  if (cause instanceof DOMException && cause.name === 'TimeoutError')
    return new FetchError(`${place} did not answer in full within ${timeoutMs / 1000} s`, {
      // A second attempt would take as long.
      isPassing: false,
      cause,
    })
  const { reason, isPassing } = connectionReason(cause)
  return new FetchError(`${place} ${reason}`, { isPassing, cause })
}

/** What is said of a connection that failed with this code, and whether another may be better. */
const reasons: Readonly<Record<string, readonly [reason: string, isPassing: boolean]>> = {
  ENOTFOUND: ['has a name that cannot be resolved', false],
  EAI_AGAIN: ['has a name that cannot be resolved now', true],
  ECONNREFUSED: ['refused the connection', true],
  ECONNRESET: ['closed the connection', true],
  UND_ERR_SOCKET: ['closed the connection', true],
  UND_ERR_CONNECT_TIMEOUT: ['could not be connected to in time', false],
  EHOSTUNREACH: ['cannot be reached', true],
  ENETUNREACH: ['cannot be reached', true],
  ERR_ENCODING_INVALID_ENCODED_DATA: ['answered with what is no text in its charset', false],
  ERR_ENCODING_NOT_SUPPORTED: ['answered in a charset that is not known', false],
  // All that `fetch` says of it.
  'bad port': ["is refused: its port is another protocol's", false],
}

function connectionReason(cause: unknown): {
  readonly reason: string
  readonly isPassing: boolean
} {
  const message = messageOf(cause)
  const code = codeOf(cause, message)
  const known = reasons[code]
  if (!known) return { reason: `could not be read: ${message}`, isPassing: false }
  return { reason: `${known[0]} (${code})`, isPassing: known[1] }
}

/** A URL as it may be shown: a query or a user may be a secret. */
function placeOf({ origin, pathname }: URL): string {
  return `${origin}${pathname}`
}
