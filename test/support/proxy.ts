import { once } from 'node:events'
import { createServer, request as ask } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { buffer } from 'node:stream/consumers'

import type { Entry } from '@vedette/core/bundle/entry'
import { encodePush } from '@vedette/core/protocol/messages'
import type { Push } from '@vedette/core/protocol/push'
import { WebSocket, WebSocketServer } from 'ws'

/** What is made of a push on its way: nothing, another one, several. */
export type Meddling = (push: Push) => readonly Push[]

/** Stands between gateway and replica: HTTP, WebSockets, and streams of lines, one push at a time. */
export interface Proxy {
  readonly url: string
  /** Leads to this server from now on; the answer is the proxy's own URL. */
  to(target: string): string
  /** Every push that came by, as it was sent. */
  readonly pushes: readonly Push[]
  /** Changes what passes, from now on: pushes, and the bodies of blobs. */
  meddle(pushes: Meddling, blobs?: (bytes: Buffer) => Buffer): void
  /** Passes everything as it is again. */
  behave(): void
  close(): Promise<void>
}

export async function openProxy(): Promise<Proxy> {
  const pushes: Push[] = []
  const sockets = new Set<WebSocket>()
  let target = ''
  let meddling: Meddling = honest
  let ofBlobs = (bytes: Buffer): Buffer => bytes

  const passed = (text: string): readonly string[] => {
    const [tag, push] = JSON.parse(text) as [string, Push]
    if (tag !== 'push') return [text]
    pushes.push(push)
    return meddling(push).map(encodePush)
  }

  const server = createServer((incoming, outgoing) => {
    const { method, url = '', headers } = incoming
    const upstream = ask(new URL(url, target), { method, headers: forwarded(headers, target) })
    upstream.on('response', (answer) => {
      const passage = { url, passed, ofBlobs: (bytes: Buffer) => ofBlobs(bytes) }
      passAnswer(answer, outgoing, passage).catch(() => outgoing.destroy())
    })
    upstream.on('error', () => outgoing.destroy())
    outgoing.on('close', () => upstream.destroy())
    incoming.pipe(upstream)
  })
  const acceptor = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    const address = new URL(request.url ?? '', target.replace(/^http/, 'ws'))
    const { authorization = '' } = request.headers
    const upstream = new WebSocket(address, { headers: { authorization } })
    upstream.once('error', () => socket.destroy())
    upstream.once('open', () => {
      acceptor.handleUpgrade(request, socket, head, (client) => {
        for (const each of [client, upstream]) sockets.add(each)
        join(client, upstream, passed)
      })
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url,
    pushes,
    to(other) {
      target = other
      return url
    },
    meddle(changed, changedBlobs) {
      meddling = changed
      ofBlobs = changedBlobs ?? ((bytes) => bytes)
    },
    behave() {
      meddling = honest
      ofBlobs = (bytes) => bytes
    },
    async close() {
      for (const socket of sockets) socket.terminate()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** What the entries of a push say of themselves; nothing is verified here. */
export function entriesIn({ entries }: Push): readonly Entry[] {
  return entries.map((statement) => {
    const [, payload = ''] = statement.split('.')
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Entry
  })
}

const honest: Meddling = (push) => [push]

function forwarded(
  headers: IncomingMessage['headers'],
  target: string,
): IncomingMessage['headers'] {
  return { ...headers, host: new URL(target).host }
}

interface Passage {
  readonly url: string
  readonly passed: (text: string) => readonly string[]
  readonly ofBlobs: (bytes: Buffer) => Buffer
}

async function passAnswer(
  answer: IncomingMessage,
  outgoing: ServerResponse,
  { url, passed, ofBlobs }: Passage,
): Promise<void> {
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
  answer.once('error', () => outgoing.destroy())
  if (answer.headers['content-type'] === 'application/x-ndjson') {
    outgoing.flushHeaders()
    for await (const line of createInterface(answer)) {
      for (const text of passed(line)) outgoing.write(`${text}\n`)
    }
    outgoing.destroy()
  } else if (url.includes('/blobs/')) {
    outgoing.end(ofBlobs(await buffer(answer)))
  } else {
    answer.pipe(outgoing)
  }
}

/** Pushes go from the dialling side to the accepting one; whatever ends one side ends the other. */
function join(
  client: WebSocket,
  upstream: WebSocket,
  passed: (text: string) => readonly string[],
): void {
  client.on('message', (data: Buffer) => {
    for (const text of passed(data.toString())) upstream.send(text)
  })
  upstream.on('message', (data: Buffer) => client.send(data.toString()))
  client.once('close', () => upstream.terminate())
  upstream.once('close', () => client.terminate())
  for (const socket of [client, upstream]) socket.on('error', () => socket.terminate())
}
