import type { Json } from '@vedette/core/json/json'
import { stringifyJson } from '@vedette/core/json/stringify'
import pRetry from 'p-retry'
import type { Response } from 'undici'

import { parseAsReceived } from '../callbacks/as-received.ts'
import { withoutUser } from '../health/url-user.ts'
import { createEtags } from './etags.ts'
import type { Etags } from './etags.ts'
import { FetchError } from './fetcher.ts'
import type { Fetcher, ReadLimits, Source } from './fetcher.ts'
import { readHttpConfig } from './http-config.ts'
import type { HttpRequest } from './http-config.ts'
import { reasonOf, statusError } from './http-reason.ts'
import { readBody } from './read-body.ts'

export interface HttpFetcherOptions {
  /** For one attempt, from the connection to the last byte, where the entry says nothing. Default 5,000. */
  readonly timeoutMs?: number
  /** Before the first repetition, doubled each time and stretched by chance up to twofold. Default 100. */
  readonly firstRetryMs?: number
}

/** All an attempt needs. */
interface Prepared extends HttpRequest {
  readonly url: URL
  readonly timeoutMs: number
  readonly fetch: Source['targets']['fetch']
  /** Names the answer: the whole request, whose headers may say who asks. */
  readonly name: string
}

/**
 * HTTP(S), as OPAL's HttpFetchProvider is configured. Redirects are followed to wherever the targets allow; what may
 * pass (no connection, 408, 425, 429, 5xx) is tried again; a source that says with its ETag that nothing changed is
 * not read again.
 */
export function createHttpFetcher(options: HttpFetcherOptions = {}): Fetcher {
  const { timeoutMs = 5_000, firstRetryMs = 100 } = options
  const etags = createEtags()
  return {
    prepare({ url: address, config, targets }) {
      targets.check(address)
      const request = readHttpConfig(config)
      const { url, authorization } = withoutUser(address)
      for (const [name, value] of Object.entries(authorization ?? {}))
        if (!request.headers.has(name)) request.headers.set(name, value)
      const prepared = {
        ...request,
        url,
        timeoutMs: request.timeoutMs ?? timeoutMs,
        fetch: targets.fetch,
        name: stringifyJson([address, config]),
      }
      return (limits) =>
        pRetry(() => attempt(prepared, limits, etags), {
          retries: request.retries,
          minTimeout: firstRetryMs,
          randomize: true,
          signal: limits.signal,
          shouldRetry: ({ error }) => error instanceof FetchError && error.isPassing,
        })
    },
  }
}

async function attempt(request: Prepared, limits: ReadLimits, etags: Etags): Promise<Json> {
  const known = request.method === 'GET' ? etags.get(request.name) : undefined
  try {
    const response = await call(request, limits, known?.etag)
    if (response.status === 304 && known) return known.value
    if (!response.ok) {
      await response.body?.cancel()
      throw statusError(request.url, response)
    }
    return await valueOf(response, request, { limits, etags })
  } catch (error) {
    throw reasonOf(error, request)
  }
}

function call(request: Prepared, { signal }: ReadLimits, etag?: string): Promise<Response> {
  const headers = new Headers(request.headers)
  if (etag !== undefined && !headers.has('if-none-match')) headers.set('if-none-match', etag)
  return request.fetch(request.url, {
    method: request.method,
    headers: [...headers],
    body: request.body,
    signal: AbortSignal.any([signal, AbortSignal.timeout(request.timeoutMs)]),
  })
}

async function valueOf(
  response: Response,
  request: Prepared,
  { limits, etags }: { readonly limits: ReadLimits; readonly etags: Etags },
): Promise<Json> {
  const text = await readBody(response, limits.allowance)
  const value = request.isJson ? parseAsReceived(text) : text
  const etag = response.headers.get('etag')
  if (etag !== null && request.method === 'GET')
    etags.put(request.name, { etag, value, bytes: request.name.length + text.length })
  return value
}
