import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { serve } from '@hono/node-server'
import type { Held } from '@vedette/core/protocol/held'
import { decodePush, encodeHeld } from '@vedette/core/protocol/messages'
import type { Push } from '@vedette/core/protocol/push'
import type { StatusReport } from '@vedette/core/protocol/status-report'
import { openReplica } from '@vedette/core/replica/replica'
import type { Replica } from '@vedette/core/replica/replica'
import { createMemoryStorage } from '@vedette/core/replica/storage'
import fc from 'fast-check'
import { expect, onTestFinished, test, vi } from 'vitest'

import { tosca, update } from '../catalog/catalog.support.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { openForTest } from '../catalog/for-test.support.ts'
import { createStreams } from '../distribution/streams.ts'
import type { Streams, StreamsOptions } from '../distribution/streams.ts'
import { openFleet } from '../health/fleet.ts'
import { browserReport } from '../health/status-report.support.ts'
import { testKeys } from '../keys/keys.support.ts'
import { createApp } from './app.ts'
import { signReplicaToken } from './auth.ts'
import { syncDoor } from './sync.ts'

const keys = await testKeys()
const log = { error: vi.fn(), warn: vi.fn() }

interface StartOptions extends StreamsOptions {
  readonly origins?: readonly string[]
}

interface World {
  readonly url: string
  readonly catalog: Catalog
  readonly streams: Streams
  readonly fleet: Awaited<ReturnType<typeof openFleet>>
  readonly authorization: string
}

async function start(
  change: Partial<Pick<Catalog, 'since'>> = {},
  { origins = ['https://app.example'], ...options }: StartOptions = {},
): Promise<World> {
  const { catalog } = await openForTest({ signer: keys.signer })
  const source = { head: () => catalog.head(), since: catalog.since.bind(catalog), ...change }
  const streams = createStreams(source, 'default', options)
  catalog.onPublished((publication) => streams.broadcast(publication, publication.head))
  const reports = new Map<string, string>()
  const fleet = await openFleet({
    log,
    store: {
      reports: () => Promise.resolve(reports),
      putReport: (replica, text) => Promise.resolve(void reports.set(replica, text)),
      removeReport: (replica) => Promise.resolve(void reports.delete(replica)),
    },
  })
  const sync = syncDoor({ catalog, streams, fleet, keys, scope: 'default' })
  const app = createApp({ origins, host: '127.0.0.1', log, doors: { '/sync/v1': sync } })
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server
  await once(server, 'listening')
  onTestFinished(async () => {
    streams.close()
    server.close()
    server.closeAllConnections()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sync/v1/default`
  return { url, catalog, streams, fleet, authorization: `Bearer ${await token()}` }
}

const token = (ttlSeconds = 60, scope = 'default'): Promise<string> =>
  signReplicaToken(keys, { scope, sub: 'page', ttlSeconds })

interface Reader {
  readonly response: IncomingMessage
  /** Resolves when the stream is cut off. */
  readonly ended: Promise<unknown>
  next(): Promise<Push>
  close(): void
}

async function read({ url, authorization }: World, query = '', headers = {}): Promise<Reader> {
  const request = httpRequest(`${url}/stream${query}`, { headers: { authorization, ...headers } })
  request.on('error', () => undefined).end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const ended = new Promise((resolve) => response.on('error', () => undefined).on('close', resolve))
  onTestFinished(() => void request.destroy())
  const lines = createInterface({ input: response })[Symbol.asyncIterator]()
  return {
    response,
    ended,
    next: async () => decodePush((await lines.next()).value as string),
    close: () => request.destroy(),
  }
}

async function openBrowserReplica(world: World): Promise<Replica> {
  return openReplica({
    id: 'browser-1',
    kind: 'browser',
    scope: 'default',
    trust: keys.trust,
    storage: createMemoryStorage(),
    activate: () => Promise.resolve(),
    fetchBlob: async (digest) =>
      new Uint8Array(
        await (
          await fetch(`${world.url}/blobs/${digest}`, {
            headers: { authorization: world.authorization },
          })
        ).arrayBuffer(),
      ),
  })
}

const deploy = (catalog: Catalog): Promise<unknown> =>
  catalog.apply(update({ deploy: [tosca('role', { data: { 'node.role': '{"n":1}' } })] }))
const write = (catalog: Catalog, value: string | number): Promise<unknown> =>
  catalog.putData({ id: 'u', writes: [{ path: ['v'], value }] })

test('a stream brings all there is, then every step as it comes', async () => {
  const world = await start()
  await deploy(world.catalog)
  const reader = await read(world)
  expect(reader.response.headers).toMatchObject({
    'content-type': 'application/x-ndjson',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  const replica = await openBrowserReplica(world)
  await replica.receive(await reader.next())
  expect(replica.active()?.head.sequence).toBe(world.catalog.head()?.head.sequence)
  for (const value of [1, 'x'.repeat(100_000), 2]) {
    await write(world.catalog, value)
    await replica.receive(await reader.next())
    expect(replica.active()?.document).toMatchObject({ v: value })
  }
})

test('a stream is the same where pages of no origin are answered', async () => {
  const world = await start({}, { origins: [] })
  await deploy(world.catalog)
  const reader = await read(world)
  const replica = await openBrowserReplica(world)
  await replica.receive(await reader.next())
  await write(world.catalog, 1)
  await replica.receive(await reader.next())
  expect(replica.active()?.document).toMatchObject({ v: 1 })
})

test('a stream resumes from what its reader holds', async () => {
  const world = await start()
  await deploy(world.catalog)
  const replica = await openBrowserReplica(world)
  await replica.receive(await (await read(world)).next())
  await write(world.catalog, 1)
  const { policy, data } = replica.holdings().positions
  const push = await (await read(world, `?policy=${policy}&data=${data}`)).next()
  expect(push.entries).toHaveLength(1)
  await replica.receive(push)
  expect(replica.active()?.document).toMatchObject({ v: 1 })
})

test.for(['?policy=x&data=../..', '?policy=&data=', `?data=${'0'.repeat(64)}`])(
  'positions that nobody can hold are none: %s',
  async (query) => {
    const world = await start()
    await deploy(world.catalog)
    const replica = await openBrowserReplica(world)
    await replica.receive(await (await read(world, query)).next())
    expect(replica.active()).toBeDefined()
  },
)

test('a line stays short, however much there is: the rest is fetched by its address', async () => {
  const world = await start()
  await deploy(world.catalog)
  for (let n = 0; n < 60; n += 1) await write(world.catalog, `${n}`.padEnd(30_000, 'x'))
  const replica = await openBrowserReplica(world)
  await replica.receive(await (await read(world)).next())
  const { policy, data } = replica.holdings().positions
  for (let n = 0; n < 60; n += 1) await write(world.catalog, `${n}`.padEnd(30_000, 'y'))
  const push = await (await read(world, `?policy=${policy}&data=${data}`)).next()
  expect(JSON.stringify(push).length).toBeLessThan(2 * 1024 * 1024)
  await replica.receive(push)
  expect(replica.active()?.document).toMatchObject({ v: expect.stringMatching(/^59y/) })
})

test('many readers get the same, and one that leaves is missed by nobody', async () => {
  const world = await start()
  await deploy(world.catalog)
  const readers = await Promise.all(Array.from({ length: 50 }, () => read(world)))
  await Promise.all(readers.map((reader) => reader.next()))
  readers[0]?.close()
  await write(world.catalog, 1)
  const pushes = await Promise.all(readers.slice(1).map((reader) => reader.next()))
  expect(new Set(pushes.map((push) => JSON.stringify(push))).size).toBe(1)
  expect(log.error).not.toHaveBeenCalled()
})

/** One who asks and reads no answer until `resume`. */
async function readNothing({ url, authorization }: World): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.on('error', () => undefined).destroy())
  socket.write(
    `GET /sync/v1/default/stream HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: ${authorization}\r\n\r\n`,
  )
  await once(socket, 'data')
  return socket.pause()
}

/** Lines of 900 kB, read by `reader`, until one who reads nothing is behind: its machine takes some of them. */
async function tellUntilBehind({ streams, catalog }: World, reader: Reader): Promise<number> {
  const head = catalog.head() ?? expect.unreachable()
  const bytes = Buffer.alloc(30_000, 'x')
  const blobs = new Map(Array.from({ length: 30 }, (_, n) => [`${n}`.padStart(64, '0'), bytes]))
  for (let told = 1; ; told += 1) {
    streams.broadcast({ entries: [], blobs }, head)
    expect((await reader.next()).blobs).toHaveLength(30)
    if (streams.audience().behind > 0) return told
  }
}

test('a reader that does not read is behind, is not waited for, and gets what it lacks when it reads', async () => {
  const world = await start()
  await deploy(world.catalog)
  const stuck = await readNothing(world)
  const reader = await read(world)
  await reader.next()
  expect(world.streams.audience()).toEqual({ following: 2, behind: 0 })
  const told = await tellUntilBehind(world, reader)
  expect(world.streams.audience()).toEqual({ following: 1, behind: 1 })

  for (const value of ['missed', 'last']) {
    await write(world.catalog, value)
    await reader.next()
  }
  const lines = createInterface({ input: stuck })[Symbol.asyncIterator]()
  const pushes: Push[] = []
  for (const isLast = (push?: Push) => push?.entries.length === 2; !isLast(pushes.at(-1));) {
    const line = (await lines.next()).value as string
    if (line.startsWith('{') || line.startsWith('[')) pushes.push(decodePush(line))
  }
  // What was queued, then the two steps in one.
  expect(pushes.filter(({ blobs }) => blobs.length === 30)).toHaveLength(told)
  expect(pushes).toHaveLength(told + 1)
  await write(world.catalog, 'after')
  expect((await reader.next()).entries).toHaveLength(1)
  expect(world.streams.audience()).toEqual({ following: 2, behind: 0 })
}, 30_000)

test('a reader that never reads again is cut off', async () => {
  const world = await start({}, { patienceMs: 100 })
  await deploy(world.catalog)
  const stuck = await readNothing(world)
  const cut = new Promise((resolve) => stuck.on('error', resolve).on('close', resolve))
  const reader = await read(world)
  await reader.next()
  await tellUntilBehind(world, reader)
  await vi.waitFor(() => expect(world.streams.audience()).toEqual({ following: 1, behind: 0 }), {
    timeout: 10_000,
  })
  stuck.resume()
  await cut
}, 30_000)

test('a proxy that speaks HTTP/1.0 gets the lines without chunks', async () => {
  const world = await start()
  await deploy(world.catalog)
  const { hostname, port } = new URL(world.url)
  const socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  socket.write(
    `GET /sync/v1/default/stream HTTP/1.0\r\nhost: ${hostname}\r\nauthorization: ${world.authorization}\r\n\r\n`,
  )
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]()
  const next = async (): Promise<string> => (await lines.next()).value as string
  while ((await next()) !== '');
  const replica = await openBrowserReplica(world)
  await replica.receive(decodePush(await next()))
  await write(world.catalog, 1)
  await replica.receive(decodePush(await next()))
  expect(replica.active()?.document).toMatchObject({ v: 1 })
})

test('those who come with the same positions share one beginning, and miss nothing said meanwhile', async () => {
  const gate = Promise.withResolvers<void>()
  const since = vi.fn<Catalog['since']>(async (positions) => {
    const following = await world.catalog.since(positions)
    await gate.promise
    return following
  })
  const world: World = await start({ since })
  await deploy(world.catalog)
  const readers = await Promise.all([read(world), read(world), read(world)])
  await write(world.catalog, 1)
  const late = await read(world)
  gate.resolve()
  for (const reader of [...readers, late]) {
    const replica = await openBrowserReplica(world)
    await replica.receive(await reader.next())
    if (reader !== late) await replica.receive(await reader.next())
    expect(replica.active()?.document).toMatchObject({ v: 1 })
  }
  // What was said made a new beginning.
  expect(since).toHaveBeenCalledTimes(2)
})

test('10,000 reconnects leave memory where it was', async () => {
  const world = await start()
  await deploy(world.catalog)
  async function reconnect(times: number): Promise<void> {
    for (let count = 0; count < times; count++) {
      const request = httpRequest(`${world.url}/stream`, {
        headers: { authorization: world.authorization },
      })
      const [response] = (await once(request.end(), 'response')) as [IncomingMessage]
      await once(response, 'data')
      const closed = new Promise((resolve) =>
        response.on('error', () => undefined).on('close', resolve),
      )
      request.on('error', () => undefined).destroy()
      await closed
    }
  }
  await reconnect(500)
  const before = heapAfterCollection()
  const times = Number(process.env['RECONNECTS'] ?? 10_000)
  await reconnect(times)
  // A reader that stayed would take more than a kilobyte.
  expect((heapAfterCollection() - before) / times).toBeLessThan(300)
}, 120_000)

test('one that left before its beginning was ready harms nobody', async () => {
  const gate = Promise.withResolvers<void>()
  const left = Promise.withResolvers<void>()
  const world: World = await start({
    since: async (positions) => {
      gate.resolve()
      await left.promise
      return world.catalog.since(positions)
    },
  })
  await deploy(world.catalog)
  const reader = await read(world)
  await gate.promise
  reader.close()
  await reader.ended
  await write(world.catalog, 1)
  left.resolve()
  expect((await (await read(world)).next()).head).not.toBeNull()
})

test('a beginning that fails ends the stream, not the gateway', async () => {
  const since = vi.fn<Catalog['since']>().mockRejectedValueOnce(new Error('disk'))
  const world: World = await start({ since })
  since.mockImplementation((positions) => world.catalog.since(positions))
  const reader = await read(world)
  await reader.ended
  expect(reader.response.complete).toBe(false)
  expect((await (await read(world)).next()).entries).toEqual([])
})

test('a stream ends with its token', async () => {
  const world = await start()
  const reader = await read(world, '', { authorization: `Bearer ${await token(1)}` })
  await reader.ended
  expect(reader.response.complete).toBe(false)
})

test('a token of thirty days does not end at once', async () => {
  const world = await start()
  const authorization = `Bearer ${await token(30 * 24 * 60 * 60)}`
  const reader = await read(world, '', { authorization })
  await reader.next()
  await deploy(world.catalog)
  expect((await reader.next()).head).not.toBeNull()
})

test('the gateway that ends, ends its streams', async () => {
  const world = await start()
  const reader = await read(world)
  world.streams.close()
  await reader.ended
})

test('HEAD and OPTIONS open no stream', async () => {
  const { url, authorization } = await start()
  const head = await fetch(`${url}/stream`, { method: 'HEAD', headers: { authorization } })
  expect([head.status, await head.text()]).toEqual([200, ''])
  const origin = 'https://app.example'
  const options = await fetch(`${url}/stream`, { method: 'OPTIONS', headers: { origin } })
  expect(options.status).toBe(204)
  expect(options.headers.get('access-control-allow-origin')).toBe(origin)
})

test('a page of a configured origin may read the stream', async () => {
  const world = await start()
  const { response } = await read(world, '', { origin: 'https://app.example' })
  expect(response.headers['access-control-allow-origin']).toBe('https://app.example')
})

test.for(['stream', 'blobs/x', 'status'])('/%s is for the right token only', async (path) => {
  const { url } = await start()
  const ask = async (authorization: string, base = url): Promise<number> => {
    const method = path === 'status' ? 'POST' : 'GET'
    const answer = await fetch(`${base}/${path}`, { method, headers: { authorization } })
    await answer.body?.cancel()
    return answer.status
  }
  expect(await ask('')).toBe(401)
  expect(await ask('Bearer x')).toBe(401)
  expect(await ask(`Bearer ${await token(60, 'other')}`)).toBe(403)
  expect(await ask(`Bearer ${await token(60, 'other')}`, url.replace('default', 'other'))).toBe(404)
})

test('a blob is served by its address, for ever, and an unknown one is 404', async () => {
  const { url, catalog, authorization } = await start()
  await deploy(catalog)
  const [digest, bytes] = [...(await catalog.since({})).blobs][0] ?? []
  const answer = await fetch(`${url}/blobs/${digest}`, { headers: { authorization } })
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from(bytes ?? []))
  expect(answer.headers.get('cache-control')).toContain('immutable')
  for (const unknown of ['0'.repeat(64), '__proto__', '..%2f..%2fetc', '%ff']) {
    const none = await fetch(`${url}/blobs/${unknown}`, { headers: { authorization } })
    expect([none.status, await none.json()]).toMatchObject([404, { code: 'ERR_NOT_FOUND' }])
  }
})

const report = (change: Partial<StatusReport> = {}): Held => ({
  id: '',
  holdings: { positions: {}, missing: [] },
  status: browserReport('browser-1', change),
})

async function tell({ url, authorization }: World, body: string): Promise<Response> {
  return fetch(`${url}/status`, { method: 'POST', headers: { authorization }, body })
}

test("a browser's report is heard", async () => {
  const world = await start()
  expect((await tell(world, encodeHeld(report()))).status).toBe(204)
  expect((await tell(world, encodeHeld(report({ healthy: false })))).status).toBe(204)
  expect(world.fleet.members()).toMatchObject([{ replica: 'browser-1', healthy: false }])
})

test('nobody speaks for a Worker, for the gateway, or for another scope', async () => {
  const world = await start()
  await world.fleet.heard(report({ replica: 'edge-1', kind: 'edge' }).status)
  const before = world.fleet.members()
  for (const forged of [
    report({ kind: 'gateway' }),
    report({ kind: 'edge' }),
    report({ replica: 'edge-1' }),
    report({ scope: 'other' }),
  ]) {
    const answer = await tell(world, encodeHeld(forged))
    expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'ERR_FORBIDDEN' }])
  }
  expect(world.fleet.members()).toEqual(before)
})

test('too much is 413', async () => {
  const world = await start()
  const answer = await tell(world, encodeHeld(report({ revision: 'x'.repeat(300_000) })))
  expect([answer.status, await answer.json()]).toMatchObject([413, { code: 'ERR_TOO_LARGE' }])
})

test('garbage is 400, and nobody is heard', async () => {
  const world = await start()
  const held = ['held', report()] as const
  const spoilt = fc
    .tuple(fc.constantFrom(...Object.keys(held[1].status)), fc.jsonValue())
    .map(([member, value]) => [
      'held',
      { ...held[1], status: { ...held[1].status, [member]: value } },
    ])
  const garbage = fc.oneof(
    fc.string(),
    fc.json(),
    spoilt.map((value) => JSON.stringify(value)),
  )
  await fc.assert(
    fc.asyncProperty(garbage, async (body) => {
      expect([204, 400, 403]).toContain((await tell(world, body)).status)
    }),
  )
  expect(log.error).not.toHaveBeenCalled()
})

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect()
  return process.memoryUsage().heapUsed
}
