import { setTimeout as delay } from 'node:timers/promises'

import type { Digest } from '@vedette/core/bundle/digest'
import { messageOf } from '@vedette/core/errors'
import type { Held, Holdings } from '@vedette/core/protocol/held'
import { decodeHeld, encodePush } from '@vedette/core/protocol/messages'
import type { Logger } from 'pino'
import WebSocket from 'ws'

import type { Catalog } from '../catalog/catalog.ts'
import { pushOf } from './following.ts'

export interface EdgeLinkOptions {
  /** Base URL of the Worker; the link dials its `/.vedette/push`. */
  readonly url: string
  readonly token: string
  readonly scope: string
  readonly catalog: Catalog
  /** Called with each answer of the Worker. */
  readonly onHeld: (held: Held) => void
  readonly log: Pick<Logger, 'info' | 'warn'>
}

/** The gateway's line to one Worker: dials, brings it to the latest head, and keeps it there. */
export interface EdgeLink {
  /** Something was published, or a head renewed. */
  wake(): void
  close(): Promise<void>
}

const answerWithinMs = 15_000
const backOffMs = { first: 200, most: 5_000 }
const toldAfter = 6

export function createEdgeLink(options: EdgeLinkOptions): EdgeLink {
  const ending = new AbortController()
  const bell = createBell()
  const running = keepDialling(options, bell, ending.signal)
  return {
    wake: bell.ring,
    async close() {
      ending.abort()
      bell.ring()
      await running
    },
  }
}

async function keepDialling(
  options: EdgeLinkOptions,
  bell: Bell,
  ending: AbortSignal,
): Promise<void> {
  const edge = options.url
  let failures = 0
  while (!ending.aborted) {
    try {
      await withSocket(options, ending, async (socket) => {
        failures = 0
        options.log.info({ edge }, 'worker connected')
        await keepUpToDate(options, socket, bell, ending)
      })
    } catch (error) {
      failures += 1
      // Told once an outage: a Worker that starts beside the gateway is no news.
      if (failures === toldAfter)
        options.log.warn({ edge, error: messageOf(error) }, 'worker not reachable')
    }
    const waitMs = Math.min(backOffMs.first * 2 ** failures, backOffMs.most)
    await delay(waitMs, undefined, { signal: ending }).catch(() => undefined)
  }
}

/** Pushes what the Worker lacks until it holds what the head names, then sleeps until there is more. */
async function keepUpToDate(
  { catalog, scope, onHeld }: EdgeLinkOptions,
  socket: WebSocket,
  bell: Bell,
  ending: AbortSignal,
): Promise<void> {
  socket.once('close', bell.ring)
  const carried = new Set<Digest>()
  let holdings: Holdings | undefined
  let tries = 0
  for (let id = 1; !ending.aborted; id += 1) {
    const following = holdings && (await catalog.since(holdings.positions))
    for (const digest of holdings?.missing ?? []) carried.delete(digest)
    const blobs = new Map([...(following?.blobs ?? []), ...(await missingBlobs(catalog, holdings))])
    const push = pushOf(following && { ...following, blobs }, holdings && catalog.head(), {
      id: String(id),
      scope,
      carry: (_, digest) => !carried.has(digest),
    })
    const held = await ask(socket, push.id, encodePush(push))
    for (const digest of blobs.keys()) carried.add(digest)
    onHeld(held)
    const asked = holdings === undefined
    holdings = held.holdings
    if (asked) continue
    if (isBehind(holdings, catalog)) {
      // It was refused or lost on the way: say it again, without hammering a Worker that refuses for good.
      tries += 1
      await bell.wait(Math.min(50 * 2 ** tries, backOffMs.most))
    } else {
      tries = 0
      await bell.wait()
    }
  }
}

async function missingBlobs(
  catalog: Catalog,
  holdings: Holdings | undefined,
): Promise<readonly (readonly [Digest, Uint8Array])[]> {
  const found: (readonly [Digest, Uint8Array])[] = []
  for (const digest of holdings?.missing ?? []) {
    const bytes = await catalog.blob(digest)
    if (bytes) found.push([digest, bytes])
  }
  return found
}

function isBehind({ positions, missing }: Holdings, catalog: Catalog): boolean {
  const places = catalog.head()?.head.parts
  return (
    missing.length > 0 ||
    positions.policy !== places?.policy?.position ||
    positions.data !== places?.data?.position
  )
}

async function withSocket(
  { url, token }: EdgeLinkOptions,
  ending: AbortSignal,
  use: (socket: WebSocket) => Promise<void>,
): Promise<void> {
  const address = new URL('/.vedette/push', url)
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = new WebSocket(address, {
    headers: { authorization: `Bearer ${token}` },
    handshakeTimeout: 10_000,
    maxPayload: 4 * 1024 * 1024,
    perMessageDeflate: false,
  })
  const end = (): void => socket.terminate()
  ending.addEventListener('abort', end, { once: true })
  try {
    await opened(socket)
    await use(socket)
  } finally {
    ending.removeEventListener('abort', end)
    socket.terminate()
  }
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.on('error', reject)
    socket.once('close', () => reject(new Error('the connection was closed')))
  })
}

/** One push, and the answer that names it. Other answers are late ones of a push given up. */
function ask(socket: WebSocket, id: string, message: string): Promise<Held> {
  const { promise, resolve, reject } = Promise.withResolvers<Held>()
  const timer = setTimeout(() => reject(new Error('no answer in time')), answerWithinMs)
  const onClose = (): void => reject(new Error('the connection was closed'))
  const onMessage = (data: WebSocket.RawData): void => {
    try {
      const held = decodeHeld(String(data))
      if (held.id === id) resolve(held)
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)))
    }
  }
  socket.on('message', onMessage).once('close', onClose)
  // On a closed socket this is the only one to tell.
  socket.send(message, (error) => error && reject(error))
  return promise.finally(() => {
    clearTimeout(timer)
    socket.off('message', onMessage).off('close', onClose)
  })
}

interface Bell {
  ring(): void
  /** Resolves at the next ring (at once when one was missed), or after `atMostMs`. */
  wait(atMostMs?: number): Promise<void>
}

function createBell(): Bell {
  let rung = false
  let wake = (): void => undefined
  return {
    ring() {
      rung = true
      wake()
    },
    async wait(atMostMs) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = atMostMs === undefined ? undefined : setTimeout(resolve, atMostMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      rung = false
    },
  }
}
