import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

interface Letter {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

/** Receives callbacks. */
export interface Inbox {
  readonly url: string
  readonly letters: readonly Letter[]
  /** Takes letters, and answers none. */
  isSilent: boolean
  close(): Promise<void>
}

export async function openInbox(): Promise<Inbox> {
  const letters: Letter[] = []
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request
    void text(request).then((body) => {
      letters.push({ method, path: url, headers, body: JSON.parse(body) })
      if (!inbox.isSilent) response.end()
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const inbox: Inbox = {
    isSilent: false,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    letters,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
  return inbox
}
