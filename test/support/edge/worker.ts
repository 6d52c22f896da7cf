import { once } from 'node:events'

import type { Held } from '@vedette/core/protocol/held'
import { decodeHeld, encodePush } from '@vedette/core/protocol/messages'
import type { Push } from '@vedette/core/protocol/push'
import { createTestHarness, unstable_readConfig } from 'wrangler'
import type { TestHarness, TestHarnessOptions } from 'wrangler'
import { WebSocket } from 'ws'

export const root = new URL('../../../', import.meta.url).pathname

export const token = 'the token of the tests'.replaceAll(' ', '-')

/** An answer of `/v1/data`, or of any other route that answers JSON. */
interface Answer {
  readonly status: number
  readonly body: { readonly [member: string]: unknown }
}

/** A Worker in workerd, as its publisher and its users meet it. */
export interface EdgeWorker {
  readonly server: TestHarness
  readonly url: URL
  /** By POST; a text goes as it is. */
  push(push: Push | string): Promise<Held>
  /** A WebSocket to the push door. */
  dial(): Promise<Line>
  ask(path: string, input?: unknown): Promise<Answer>
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  /** Ends the hub's instance; its storage, and its sockets, stay. */
  hibernate(): Promise<void>
  close(): Promise<void>
}

/** A dialled WebSocket: one answer for each push. */
export interface Line {
  push(push: Push | string): Promise<Held>
  /** Content as a binary message, which has no answer. */
  send(content: Uint8Array): void
  close(): Promise<void>
}

export interface EdgeWorkerOptions {
  readonly vars: Record<string, string>
  /** Default: the ready-made Worker of wrangler.toml. */
  readonly main?: string
}

const bearer = { authorization: `Bearer ${token}` }

export async function startEdge({ vars, main }: EdgeWorkerOptions): Promise<EdgeWorker> {
  const server = createTestHarness({ root, workers: [main ? ownWorker(main, vars) : ready(vars)] })
  const { url } = await server.listen()

  async function json(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(new URL(path, url), init)
    return { status: response.status, body: (await response.json()) as Answer['body'] }
  }

  return {
    server,
    url,
    async push(push) {
      const body = typeof push === 'string' ? push : encodePush(push)
      const init = { method: 'POST', headers: bearer, body }
      return decodeHeld(await (await fetch(new URL('/.vedette/push', url), init)).text())
    },
    dial: () => dial(url),
    ask: (path, input) =>
      json(`/v1/data/${path}`, {
        method: 'POST',
        headers: bearer,
        body: JSON.stringify({ input }),
      }),
    get: (path, headers = {}) => json(path, { headers }),
    hibernate: () =>
      server
        .getWorker()
        .evictDurableObject('ReplicaHub', { name: 'default', webSockets: 'hibernate' }),
    close: () => server.close(),
  }
}

async function dial(url: URL): Promise<Line> {
  const address = new URL('/.vedette/push', url)
  address.protocol = 'ws:'
  const socket = new WebSocket(address, { headers: bearer })
  await once(socket, 'open')
  return {
    async push(push) {
      const answered = once(socket, 'message') as Promise<[Buffer]>
      socket.send(typeof push === 'string' ? push : encodePush(push))
      return decodeHeld((await answered)[0].toString())
    },
    send: (content) => socket.send(content),
    async close() {
      const closed = once(socket, 'close')
      socket.close()
      await closed
    },
  }
}

type WorkerInput = TestHarnessOptions['workers'][number]

function ready(vars: Record<string, string>): WorkerInput {
  return { configPath: 'wrangler.toml', vars }
}

/** Another program under the bindings and the build of wrangler.toml. */
function ownWorker(main: string, vars: Record<string, string>): WorkerInput {
  const config = unstable_readConfig({ config: `${root}wrangler.toml` })
  const { compatibility_date, build, durable_objects, migrations, worker_loaders } = config
  return {
    config: {
      name: 'own-worker',
      main,
      vars,
      compatibility_date,
      build,
      durable_objects,
      migrations,
      worker_loaders,
    },
  }
}
