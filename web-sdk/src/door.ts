import type { Digest } from '@vedette/core/bundle/digest'
import { messageOf, VedetteError } from '@vedette/core/errors'
import type { Held, Holdings } from '@vedette/core/protocol/held'
import { encodeHeld } from '@vedette/core/protocol/messages'

/** A replica token, or how to get one: asked again when the gateway answers 401. */
export type Token = string | (() => Promise<string>)

/** `ERR_UNREACHABLE`: no answer; `ERR_REFUSED`: an answer that is not a success. */
export type DoorErrorCode = 'ERR_UNREACHABLE' | 'ERR_REFUSED'

/** The gateway's `/sync/v1/{scope}/…`: the only place that this package sends anything to. */
export interface Door {
  /** Opens the stream of pushes that follows `positions`. */
  stream(positions: Holdings['positions'], signal: AbortSignal): Promise<ByteStream>
  blob(digest: Digest): Promise<Uint8Array>
  report(held: Held): Promise<void>
}

export type ByteStream = ReadableStream<Uint8Array>

export interface DoorOptions {
  /** The gateway's base URL, with a slash at its end. */
  readonly url: URL
  readonly scope: string
  readonly token: Token
  readonly fetch: typeof globalThis.fetch
  /** Ends the requests that have no signal of their own. */
  readonly signal: AbortSignal
}

interface Request {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Default: the door's own, and half a minute. */
  readonly signal?: AbortSignal
}

const answerWithinMs = 30_000

export function createDoor({ url, scope, token, fetch, signal }: DoorOptions): Door {
  const base = new URL(`sync/v1/${encodeURIComponent(scope)}/`, url)
  let bearer: string | undefined

  async function send(target: URL, request: Request): Promise<Response> {
    bearer ??= typeof token === 'string' ? token : await token()
    const response = await fetch(target, {
      // A kept answer could be one that was refused, and a redirect would carry the question elsewhere.
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
      ...request,
      headers: { ...request.headers, authorization: `Bearer ${bearer}` },
    })
    if (response.status === 401) bearer = undefined
    return response
  }

  async function sendUntilKnown(target: URL, request: Request): Promise<Response> {
    const response = await send(target, request)
    if (response.status !== 401 || typeof token === 'string') return response
    await response.body?.cancel()
    return send(target, request)
  }

  async function ask<T>(
    path: string,
    request: Request,
    read: (response: Response) => T,
  ): Promise<Awaited<T>> {
    const target = new URL(path, base)
    try {
      const response = await sendUntilKnown(target, request)
      if (response.ok) return await read(response)
      await response.body?.cancel()
      throw new VedetteError<DoorErrorCode>(
        'ERR_REFUSED',
        `${target.href} answered ${response.status}`,
      )
    } catch (cause) {
      if (cause instanceof VedetteError) throw cause
      const message = `${target.href} could not be asked: ${messageOf(cause)}`
      throw new VedetteError<DoorErrorCode>('ERR_UNREACHABLE', message, { cause })
    }
  }

  return {
    stream: (positions, until) =>
      ask(
        `stream?${queryOf(positions)}`,
        { headers: { accept: 'application/x-ndjson' }, signal: until },
        ({ body }) => body ?? new Blob().stream(),
      ),
    blob: (digest) =>
      ask(`blobs/${digest}`, {}, async (response) => new Uint8Array(await response.arrayBuffer())),
    report: (held) =>
      ask(
        'status',
        {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: encodeHeld(held),
        },
        async ({ body }) => body?.cancel(),
      ),
  }
}

function queryOf(positions: Holdings['positions']): URLSearchParams {
  const query = new URLSearchParams()
  for (const [part, position] of Object.entries(positions)) if (position) query.set(part, position)
  return query
}
