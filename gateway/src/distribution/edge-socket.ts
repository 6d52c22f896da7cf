import type { Held } from '@vedette/core/protocol/held'
import { decodeHeld, encodePush } from '@vedette/core/protocol/messages'
import type { Push } from '@vedette/core/protocol/push'
import WebSocket from 'ws'

/** An open WebSocket to a Worker's `/.vedette/push`. */
export interface EdgeSocket {
  /** The Worker's answer to a push. Rejects when the connection is lost, silent for too long, or not of our kind. */
  ask(push: Push): Promise<Held>
  /** Sends content ahead of the push that names it, as a binary message, which has no answer. */
  send(content: Uint8Array): void
}

export interface EdgeSocketOptions {
  /** Base URL of the Worker. */
  readonly url: string
  readonly token: string
  readonly signal: AbortSignal
  readonly onClose: () => void
  /** How long the Worker may take for one answer, in ms. */
  readonly answerWithinMs: number
}

/** Connects, lets `use` have the socket, and closes it whatever happens; an abort closes it at once. */
export async function withEdgeSocket(
  options: EdgeSocketOptions,
  use: (socket: EdgeSocket) => Promise<void>,
): Promise<void> {
  const { signal, answerWithinMs } = options
  signal.throwIfAborted()
  const socket = dial(options)
  const end = (): void => socket.terminate()
  signal.addEventListener('abort', end, { once: true })
  try {
    await opened(socket)
    socket.once('close', options.onClose)
    await use({
      ask: (push) => ask(socket, push, answerWithinMs),
      send: (content) => socket.send(content),
    })
  } finally {
    signal.removeEventListener('abort', end)
    socket.terminate()
  }
}

function dial({ url, token }: EdgeSocketOptions): WebSocket {
  const address = new URL(`${url.replace(/\/+$/, '')}/.vedette/push`)
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  return new WebSocket(address, {
    headers: { authorization: `Bearer ${token}` },
    handshakeTimeout: 10_000,
    maxPayload: 4 * 1024 * 1024,
    perMessageDeflate: false,
  })
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('unexpected-response', (request, { statusCode = 0 }) => {
      request.destroy()
      reject(new Error(`it answers ${statusCode}: ${meanings[statusCode] ?? 'see its own log'}`))
    })
    // Stays for the socket's life: an error without a listener would end the process.
    socket.on('error', reject)
  })
}

/** Where to look when a Worker takes no connection. */
const meanings: Readonly<Record<number, string>> = {
  401: 'its VEDETTE_TOKEN is not the one of this gateway',
  404: 'it has no /.vedette/push',
}

/** Other answers are late ones, of a push given up. */
function ask(socket: WebSocket, push: Push, withinMs: number): Promise<Held> {
  if (socket.readyState !== WebSocket.OPEN)
    return Promise.reject(new Error('the connection was closed'))
  const { promise, resolve, reject } = Promise.withResolvers<Held>()
  const timer = setTimeout(() => reject(new Error('no answer in time')), withinMs)
  const onClose = (): void => reject(new Error('the connection was closed'))
  const onMessage = (data: WebSocket.RawData): void => {
    try {
      const held = decodeHeld(textOf(data))
      if (held.id === push.id) resolve(held)
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)))
    }
  }
  socket.on('message', onMessage).once('close', onClose)
  socket.send(encodePush(push))
  return promise.finally(() => {
    clearTimeout(timer)
    socket.off('message', onMessage).off('close', onClose)
  })
}

function textOf(data: WebSocket.RawData): string {
  return Buffer.isBuffer(data) ? data.toString() : ''
}
