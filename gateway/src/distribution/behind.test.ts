import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

import { decodePush, encodeHeld } from '@vedette/core/protocol/messages'
import type { Push } from '@vedette/core/protocol/push'
import type { StatusReport } from '@vedette/core/protocol/status-report'
import { openReplica } from '@vedette/core/replica/replica'
import type { Replica } from '@vedette/core/replica/replica'
import { createMemoryStorage } from '@vedette/core/replica/storage'
import { expect, onTestFinished, test, vi } from 'vitest'
import { WebSocketServer } from 'ws'

import { createKeys, tosca, update } from '../catalog/catalog.support.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { openForTest } from '../catalog/for-test.support.ts'
import type { CatalogStore, StoredCatalog } from '../catalog/store.ts'
import { startDistribution } from './distribution.ts'
import { createRounds } from './rounds.ts'

const keys = await createKeys()

/** Syncing 10,000 writes to a disk is not what is tested here. */
const forgetful = {
  load: () => Promise.resolve(fresh),
  write: () => Promise.resolve(),
  close: () => Promise.resolve(),
} as unknown as CatalogStore

const fresh: StoredCatalog = {
  epoch: 1,
  sequence: 0,
  issued: 0,
  state: 'ACTIVE',
  policies: [],
  entries: [],
  blobs: new Map(),
  checkpoints: [],
}

async function openCatalog(): Promise<Catalog> {
  const { catalog } = await openForTest({ signer: keys.signer, store: forgetful })
  await catalog.apply(update({ deploy: [tosca('role', { data: { 'node.role': '{"n":1}' } })] }))
  return catalog
}

function openTestReplica(id: string, catalog?: Catalog): Promise<Replica> {
  return openReplica({
    id,
    kind: catalog ? 'gateway' : 'edge',
    scope: 'default',
    trust: keys.trust,
    storage: createMemoryStorage(),
    activate: () => Promise.resolve(),
    ...(catalog && {
      fetchBlob: async (digest) => (await catalog.blob(digest)) ?? expect.unreachable(),
    }),
  })
}

const write = (catalog: Catalog, n: number) =>
  catalog.putData({ id: `u${n}`, writes: [{ path: ['rows', `r${n % 100}`], value: n }] })

/** More than a log keeps. */
const behindBy = Number(process.env['REVISIONS'] ?? 10_000)

test('a replica that is 10,000 revisions behind catches up in one round trip', async () => {
  const catalog = await openCatalog()
  const replica = await openTestReplica('hub')
  const asked: Push[] = []
  const round = (): Promise<unknown> =>
    createRounds({
      scope: 'default',
      catalog,
      onHeld: () => undefined,
      ask(push) {
        asked.push(push)
        return replica.receive(push)
      },
      send: (content) => void replica.hold(content),
    }).next()
  await round()
  const behind = replica.active()?.head.sequence ?? expect.unreachable()
  for (let n = 0; n < behindBy; n++) await write(catalog, n)
  asked.length = 0
  expect(await round()).toBeUndefined()
  expect(replica.active()?.head.sequence).toBe(behind + behindBy)
  expect(replica.active()?.document).toEqual(catalog.document())
  // What do you hold? Then all of it.
  expect(asked.map(({ entries }) => entries.length > 0)).toEqual([false, true])
  expect(replica.transactions().statistics.data.failed).toBe(0)
}, 120_000)

test('one stalled replica delays nobody', async () => {
  const catalog = await openCatalog()
  const replica = await openTestReplica('hub')
  const stalled = await startStalled()
  const hub = await startHub(replica)
  const heard = new Map<string, StatusReport>()
  const distribution = await startDistribution({
    catalog,
    own: await openTestReplica('own', catalog),
    fleet: { heard: (status) => Promise.resolve(void heard.set(status.replica, status)) },
    scope: 'default',
    edges: [stalled.url, hub],
    token: 'secret',
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  })
  onTestFinished(() => distribution.close())
  for (let n = 0; n < 100; n++) await write(catalog, n)
  const { epoch, sequence } = catalog.head()?.head ?? expect.unreachable()
  await vi.waitFor(() => expect(heard.get('hub')?.revision).toBe(`${epoch}.${sequence}`), 10_000)
  expect(stalled.connections()).toBe(1)
  expect(heard.get('hub')?.statistics.data.failed).toBe(0)
})

/** Takes a connection and says nothing, as one whose event loop hangs. */
async function startStalled() {
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    socket.on('error', () => undefined)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, connections: () => connections }
}

async function startHub(replica: Replica): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', (socket) =>
    socket.on('message', (data: Buffer) => {
      const received = replica.receive(decodePush(data.toString()))
      void received.then((held) => socket.send(encodeHeld(held)))
    }),
  )
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
