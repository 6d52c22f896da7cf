import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

import { recordedHost } from './recording.ts'

/** The sources and the callback targets that OPAL was recorded with. */
export interface Peer {
  readonly posts: readonly Post[]
  /** In a text: where the recording has its host, ours; and back. */
  ours(text: string): string
  theirs(text: string): string
  close(): Promise<void>
}

/** The policies of a gateway are reported whenever they are in force. */
export function isOfPolicy({ body }: Post): boolean {
  return (body as { policy_hash: unknown }).policy_hash !== null
}

interface Post {
  readonly path: string
  readonly method: string
  readonly type: string
  readonly token: string | undefined
  readonly body: object
}

export async function openPeer(): Promise<Peer> {
  const posts: Post[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      if (!request.url?.startsWith('/cb')) return answerAsSource(request, response)
      posts.push(postOf(request, body))
      response.end()
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    posts,
    ours: (text) => text.replaceAll(recordedHost, host),
    theirs: (text) => text.replaceAll(host, recordedHost),
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function postOf({ url = '', method = '', headers }: IncomingMessage, body: string): Post {
  return {
    path: url,
    method,
    type: headers['content-type'] ?? '',
    token: headers['x-my-token']?.toString(),
    body: JSON.parse(body || '{}') as object,
  }
}

/** `/ok` tells what it was asked, `/status/N` answers N, `/notjson` and `/null` what they say, `/slow` nothing. */
function answerAsSource(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://source')
  const [, word, status] = pathname.split('/')
  const { authorization: auth } = request.headers
  const told = { from: 'source', q: Object.fromEntries(searchParams), ...(auth && { auth }) }
  if (word === 'ok') response.end(JSON.stringify(told))
  else if (word === 'status') response.writeHead(Number(status)).end('no')
  else if (word === 'notjson') response.end('<html>')
  else if (word === 'null') response.end('null')
}
