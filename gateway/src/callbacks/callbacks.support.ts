import { createServer } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

import { onTestFinished } from 'vitest'

import { directoryForTest } from '../catalog/for-test.support.ts'
import { openSqliteStore } from '../catalog/sqlite/store.ts'
import type { CatalogStore } from '../catalog/store.ts'

interface Call {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export type Answer = (response: ServerResponse, call: number, request: IncomingMessage) => void

const ok: Answer = (response) => void response.end()

/** A receiver of callbacks on loopback. */
export async function receiver(
  answer: Answer = ok,
): Promise<{ readonly url: string; readonly calls: Call[] }> {
  const calls: Call[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method, url, headers } = request
      calls.push({ method, url, headers, body })
      answer(response, calls.length, request)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls }
}

/** A store on disk, and another life of it. */
export async function testStore(): Promise<{
  readonly store: CatalogStore
  reopen(): Promise<CatalogStore>
}> {
  const file = join(await directoryForTest(), 'vedette.db')
  let store = await openSqliteStore(file)
  onTestFinished(() => store.close())
  return {
    store,
    async reopen() {
      await store.close()
      store = await openSqliteStore(file)
      return store
    },
  }
}
