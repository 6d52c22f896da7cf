import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { formatRevision } from '@vedette/core/bundle/revision'
import type { Held } from '@vedette/core/protocol/held'
import { decodePush, encodeHeld } from '@vedette/core/protocol/messages'
import type { Push } from '@vedette/core/protocol/push'
import { openReplica } from '@vedette/core/replica/replica'
import type { Replica } from '@vedette/core/replica/replica'
import { createMemoryStorage } from '@vedette/core/replica/storage'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'

import { createKeys, tosca, update } from '../catalog/catalog.support.ts'
import type { TestKeys } from '../catalog/catalog.support.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { openForTest } from '../catalog/for-test.support.ts'
import { createEdgeLink } from './edge-link.ts'
import type { EdgeLinkOptions } from './edge-link.ts'

const keys = await createKeys()

/** How a Worker treats a push: what it answers, if anything. */
type Treat = (
  push: Push,
  socket: WebSocket,
  message: string,
) => Promise<string | undefined> | string | undefined

interface TestWorker {
  readonly url: string
  readonly pushes: Push[]
  /** Content that came ahead. */
  readonly contents: Buffer[]
  readonly dials: { readonly path: string | undefined; readonly token: string | undefined }[]
  readonly sockets: Set<WebSocket>
  treat: Treat
  hold: (content: Uint8Array) => void
  /** Cuts every connection. */
  cut(): void
  stop(): void
}

async function startWorker(treat: Treat, port = 0): Promise<TestWorker> {
  const server: Server = createServer((_, response) => response.writeHead(401).end())
  const sockets = new WebSocketServer({ server })
  const worker: TestWorker = {
    url: '',
    pushes: [],
    contents: [],
    dials: [],
    sockets: sockets.clients,
    treat,
    hold: () => undefined,
    cut: () => sockets.clients.forEach((socket) => socket.terminate()),
    stop() {
      worker.cut()
      server.close()
    },
  }
  sockets.on('connection', (socket, { url, headers }) => {
    worker.dials.push({ path: url, token: headers.authorization })
    socket.on('error', () => undefined)
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) {
        worker.contents.push(data)
        return worker.hold(data)
      }
      const text = data.toString()
      const push = decodePush(text)
      worker.pushes.push(push)
      void Promise.resolve(worker.treat(push, socket, text)).then(
        (answer) => answer !== undefined && socket.send(answer),
      )
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(worker.stop)
  return Object.assign(worker, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  })
}

async function openWorkerReplica(trust: TestKeys['trust'] = keys.trust): Promise<Replica> {
  return openReplica({
    id: 'edge-1',
    kind: 'edge',
    scope: 'default',
    trust,
    storage: createMemoryStorage(),
    activate: () => Promise.resolve(),
  })
}

/** What an honest Worker does. */
const honest =
  (replica: Replica): Treat =>
  (push) =>
    answerOf(replica, push)

async function answerOf(replica: Replica, push: Push): Promise<string> {
  return encodeHeld(await replica.receive(push))
}

async function openCatalog(): Promise<Catalog> {
  const { catalog } = await openForTest({ signer: keys.signer })
  await catalog.apply(update({ deploy: [tosca('role', { data: { 'node.role': '{"n":1}' } })] }))
  return catalog
}

function link(
  worker: Pick<TestWorker, 'url'>,
  catalog: EdgeLinkOptions['catalog'],
  options: Partial<EdgeLinkOptions> = {},
) {
  const heard: Held[] = []
  const log = { info: vi.fn(), warn: vi.fn() }
  const onHeld = (held: Held): void => void heard.push(held)
  const edge = createEdgeLink({
    url: worker.url,
    token: 'secret',
    scope: 'default',
    catalog,
    onHeld,
    log,
    firstRetryMs: 5,
    ...options,
  })
  onTestFinished(() => edge.close())
  return { edge, heard, log }
}

const write = (catalog: Catalog, value: string | number) =>
  catalog.putData({ id: `write ${String(value).length}`, writes: [{ path: ['v'], value }] })

const hasLatest = (replica: Replica, catalog: Catalog): Promise<void> =>
  vi.waitFor(
    () => expect(replica.active()?.head.sequence).toBe(catalog.head()?.head.sequence),
    10_000,
  )

const entriesSince = ({ pushes }: TestWorker, before: number): readonly string[] =>
  pushes.slice(before).flatMap(({ entries }) => entries)

test('dials with the token, asks first, and brings all there is, then each step', async () => {
  const replica = await openWorkerReplica()
  const worker = await startWorker(honest(replica))
  const catalog = await openCatalog()
  const { edge, heard } = link(worker, catalog)
  await hasLatest(replica, catalog)
  expect(worker.dials).toEqual([{ path: '/.vedette/push', token: 'Bearer secret' }])
  expect(worker.pushes[0]).toMatchObject({ entries: [], blobs: [], head: null })

  const before = worker.pushes.length
  await write(catalog, 1)
  edge.wake()
  await hasLatest(replica, catalog)
  expect(replica.active()?.document).toMatchObject({ v: 1 })
  expect(entriesSince(worker, before)).toHaveLength(1)
  expect(heard.at(-1)?.status).toMatchObject({ replica: 'edge-1', kind: 'edge', healthy: true })
})

test('a base URL may have a path', async () => {
  const replica = await openWorkerReplica()
  const worker = await startWorker(honest(replica))
  const catalog = await openCatalog()
  link(worker, catalog, { url: `${worker.url}/base/` })
  await hasLatest(replica, catalog)
  expect(worker.dials[0]?.path).toBe('/base/.vedette/push')
})

test('a Worker that comes back gets what it missed, and nothing else', async () => {
  const replica = await openWorkerReplica()
  const worker = await startWorker(honest(replica))
  const catalog = await openCatalog()
  const { edge } = link(worker, catalog)
  await hasLatest(replica, catalog)
  for (let round = 1; round <= 3; round += 1) {
    const before = worker.pushes.length
    worker.cut()
    await write(catalog, round)
    edge.wake()
    await hasLatest(replica, catalog)
    expect(entriesSince(worker, before)).toHaveLength(1)
  }
})

test('a Worker that starts after the gateway is found', async () => {
  const replica = await openWorkerReplica()
  const first = await startWorker(honest(replica))
  const catalog = await openCatalog()
  first.stop()
  const { log } = link(first, catalog)
  await startWorker(honest(replica), Number(new URL(first.url).port))
  await hasLatest(replica, catalog)
  expect(log.warn).not.toHaveBeenCalled()
})

test('content that was lost is sent again, when the Worker says so', async () => {
  const replica = await openWorkerReplica()
  const lossy: Treat = async (push) => {
    const isFirst = !worker.pushes.slice(0, -1).some(({ entries }) => entries.length > 0)
    return encodeHeld(await replica.receive(isFirst ? { ...push, blobs: [] } : push))
  }
  const worker = await startWorker(lossy)
  const catalog = await openCatalog()
  link(worker, catalog)
  await hasLatest(replica, catalog)
  expect(replica.status()).toMatchObject({ healthy: true, refusal: null })
})

test('what is much goes ahead in pushes of its own', async () => {
  const replica = await openWorkerReplica()
  const sizes: number[] = []
  const worker = await startWorker(async (push, _, message) => {
    sizes.push(message.length)
    return answerOf(replica, push)
  })
  const catalog = await openCatalog()
  for (const place of ['a', 'b', 'c', 'd']) {
    const value = place.repeat(3 * 1024 * 1024)
    await catalog.putData({ id: place, writes: [{ path: [place], value }] })
  }
  await catalog.apply(
    update({ deploy: [tosca('big', { rego: { big: `# ${'x'.repeat(7 * 1024 * 1024)}` } })] }),
  )
  link(worker, catalog)
  await hasLatest(replica, catalog)
  expect(replica.active()?.document).toMatchObject({ a: expect.any(String), d: expect.any(String) })
  expect(Math.max(...sizes)).toBeLessThan(32 * 1024 * 1024)
  expect(worker.pushes.filter(({ entries }) => entries.length > 0)).toHaveLength(1)
  expect(worker.pushes.length).toBeGreaterThan(2)
})

describe('large content of an update', () => {
  const text = 'x'.repeat(100_000)

  /** A Worker that has everything, as the link knows by its answer, and is told of each write. */
  async function linked() {
    const replica = await openWorkerReplica()
    const worker = await startWorker(honest(replica))
    worker.hold = (content) => void replica.hold(content)
    const catalog = await openCatalog()
    const { edge, heard } = link(worker, catalog)
    catalog.onContent(edge.ahead)
    catalog.onPublished(edge.wake)
    const isHeard = (): Promise<void> =>
      vi.waitFor(() => {
        const { head } = catalog.head() ?? expect.unreachable()
        expect(heard.at(-1)?.status).toMatchObject({ revision: formatRevision(head) })
      }, 10_000)
    await isHeard()
    return { replica, worker, catalog, isHeard }
  }

  const pushed = ({ pushes }: TestWorker): string => JSON.stringify(pushes)

  test('goes ahead of the push that names it, while it is made durable', async () => {
    const { replica, worker, catalog, isHeard } = await linked()
    await write(catalog, text)
    await isHeard()
    expect(replica.active()?.document).toMatchObject({ v: text })
    expect(worker.contents.map(String)).toEqual([expect.stringContaining(text)])
    expect(pushed(worker)).not.toContain(text)
    await write(catalog, 'small')
    await isHeard()
    expect(worker.contents).toHaveLength(1)
  })

  test('comes with a push when it was lost', async () => {
    const { replica, worker, catalog, isHeard } = await linked()
    worker.hold = () => undefined
    await write(catalog, text)
    await isHeard()
    expect(replica.active()?.document).toMatchObject({ v: text })
    expect(pushed(worker)).toContain(text)
  })

  test('is not sent on and on to a Worker that does not answer', async () => {
    const { worker, catalog } = await linked()
    worker.treat = () => undefined
    for (let n = 0; n < 3; n += 1) await write(catalog, text + n)
    await vi.waitFor(() => expect(worker.contents).toHaveLength(1))
    expect(worker.contents.map(String)).toEqual([expect.stringContaining(`${text}0`)])
  })
})

test.for([
  ['garbage', () => 'garbage'],
  ['an answer of another protocol', () => '["hello",{}]'],
  ['another push', () => undefined],
  ['a closed connection', (_: Push, socket: WebSocket) => socket.terminate()],
] as const)('answered by %s, it dials again, without haste', async ([, treat]) => {
  const replica = await openWorkerReplica()
  const worker = await startWorker((push, socket) => treat(push, socket) ?? undefined)
  const catalog = await openCatalog()
  link(worker, catalog, { answerWithinMs: 20 })
  await vi.waitFor(() => expect(worker.dials.length).toBeGreaterThanOrEqual(3), 10_000)
  worker.treat = honest(replica)
  await hasLatest(replica, catalog)
})

test('answers to other pushes are passed over', async () => {
  const replica = await openWorkerReplica()
  const catalog = await openCatalog()
  const worker = await startWorker(async (push, socket) => {
    const held = await replica.receive(push)
    socket.send(encodeHeld({ ...held, id: 'late' }))
    return encodeHeld(held)
  })
  const { heard } = link(worker, catalog)
  await hasLatest(replica, catalog)
  expect(worker.dials).toHaveLength(1)
  expect(heard.map(({ id }) => id)).not.toContain('late')
})

test('a Worker that refuses for good keeps its connection, and is told of once', async () => {
  const replica = await openWorkerReplica((await createKeys()).trust)
  const worker = await startWorker(honest(replica))
  const catalog = await openCatalog()
  const { edge, log, heard } = link(worker, catalog)
  for (let answers = 2; answers <= 12; answers += 1) {
    await vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(answers))
    // Saves the wait, which grows.
    edge.wake()
  }
  expect(log.warn).toHaveBeenCalledExactlyOnceWith(
    { edge: worker.url, refusal: expect.objectContaining({ code: 'ERR_SIGNATURE' }) },
    'worker refuses what it is sent',
  )
  expect(log.info).not.toHaveBeenCalled()
  expect(worker.dials).toHaveLength(1)
})

test('a Worker that is brought up to date while more is written refuses nothing', async () => {
  const replica = await openWorkerReplica()
  const worker = await startWorker(honest(replica))
  const catalog = await openCatalog()
  const { edge, log, heard } = link(worker, catalog)
  catalog.onPublished(edge.wake)
  await hasLatest(replica, catalog)
  let left = 20
  worker.treat = async (push) => {
    if (left-- > 0) await write(catalog, left)
    return answerOf(replica, push)
  }
  await write(catalog, 'first')
  await vi.waitFor(() => expect(left).toBeLessThan(0), 10_000)
  await hasLatest(replica, catalog)
  expect(heard.length).toBeGreaterThan(20)
  expect(log.warn).not.toHaveBeenCalled()
})

test('an outage is told of once, and its end', async () => {
  const replica = await openWorkerReplica()
  const worker = await startWorker(honest(replica))
  const catalog = await openCatalog()
  const { port } = new URL(worker.url)
  worker.stop()
  const { log } = link(worker, catalog)
  await vi.waitFor(() => expect(log.warn).toHaveBeenCalledOnce(), 10_000)
  expect(JSON.stringify(log.warn.mock.calls)).not.toContain('secret')
  await startWorker(honest(replica), Number(port))
  await hasLatest(replica, catalog)
  expect(log.info).toHaveBeenCalledExactlyOnceWith({ edge: worker.url }, 'worker connected')
  expect(log.warn).toHaveBeenCalledOnce()
})

test('each reason of an outage is told of once, in words that help', async () => {
  const answers = { status: 401 }
  const server = createServer().on('upgrade', (_, socket) =>
    socket.end(`HTTP/1.1 ${answers.status} No\r\ncontent-length: 0\r\n\r\n`),
  )
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const { log } = link({ url }, await openCatalog())
  const told = (words: string) => [
    { edge: url, error: expect.stringContaining(words) },
    'worker not reached',
  ]
  const first = told('its VEDETTE_TOKEN is not the one of this gateway')
  await vi.waitFor(() => expect(log.warn.mock.calls).toEqual([first]), 10_000)
  answers.status = 404
  const second = told('it has no /.vedette/push')
  await vi.waitFor(() => expect(log.warn.mock.calls).toEqual([first, second]), 10_000)
})

/** At each of these moments the link waits for something; none may hold up its end. */
test.for(['dialling', 'asking', 'reading', 'sleeping', 'pausing'])(
  'closes at once while %s',
  async (moment) => {
    const replica = await openWorkerReplica()
    const catalog = await openCatalog()
    const reached = Promise.withResolvers<void>()
    const closing = Promise.withResolvers<void>()
    const worker = await startWorker((push) => {
      if (moment !== 'asking') return answerOf(replica, push)
      reached.resolve()
      return undefined
    })
    const slow: Pick<Catalog, 'blob' | 'head' | 'since'> = {
      head: () => catalog.head(),
      blob: (digest) => catalog.blob(digest),
      async since(positions) {
        if (moment === 'reading') {
          reached.resolve()
          await closing.promise
        }
        return catalog.since(positions)
      },
    }
    if (moment === 'pausing') worker.stop()
    const { edge, log } = link(worker, slow)
    if (moment === 'sleeping') await hasLatest(replica, catalog)
    if (moment === 'asking' || moment === 'reading') await reached.promise
    const begin = performance.now()
    const closed = edge.close()
    closing.resolve()
    await closed
    expect(performance.now() - begin).toBeLessThan(1_000)
    expect(log.warn).not.toHaveBeenCalled()
  },
)
