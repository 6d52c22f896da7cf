import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

import { nowMs, timed } from '../clock.ts'

/** A `node:http` server that hears reports; it is also what the least of a POST is measured by. */
export interface Target {
  readonly url: string
  /** Resolves when the next body that is sent here was read whole. */
  next(): Promise<Report>
  /** Milliseconds from sending a body until it is answered. */
  posted(body: string): Promise<number>
  close(): Promise<void>
}

interface Report {
  readonly body: string
  /** ms since 1970. */
  readonly at: number
}

export async function openTarget(): Promise<Target> {
  let hear: (report: Report) => void = () => undefined
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      hear({ body, at: nowMs() })
      response.end()
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return {
    url,
    next: () => new Promise((resolve) => (hear = resolve)),
    posted: (body) => timed(async () => (await fetch(url, { method: 'POST', body })).text()),
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
