import { generateKeyPairSync } from 'node:crypto'

import { createTrust } from '@vedette/core/bundle/signature'
import type { Trust } from '@vedette/core/bundle/signature'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest'

import { claimPort } from '../../gateway/src/start/ports.ts'
import { openGatewayProcess } from '../support/gateway-process.ts'
import type { GatewayProcess } from '../support/gateway-process.ts'
import { startHub } from '../support/hub.ts'
import { openInbox } from '../support/inbox.ts'
import type { Inbox } from '../support/inbox.ts'

const soon = { timeout: 20_000, interval: 20 }

let inbox: Inbox
let gateway: GatewayProcess
let hubPort: number
let trust: Trust

beforeAll(async () => {
  inbox = await openInbox()
  hubPort = await claimPort(0, '127.0.0.1')
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  trust = createTrust({
    keys: [publicKey.export({ format: 'jwk' }) as JsonWebKey & { kty: string }],
  })
  gateway = await openGatewayProcess({
    VEDETTE_ALLOWED_TARGETS: '127.0.0.0/8',
    // Nobody listens there: reports wait for a second, and the gateway can be killed meanwhile.
    VEDETTE_EDGES: `http://127.0.0.1:${hubPort}`,
    VEDETTE_SIGNING_KEY: JSON.stringify(privateKey.export({ format: 'jwk' })),
    OPAL_DEFAULT_UPDATE_CALLBACKS: `{"callbacks": [("${inbox.url}/default", {"headers": {"x-own": "1"}, "process_data": False})]}`,
  })
})
afterEach(() => gateway.kill())
afterAll(async () => {
  await gateway?.close()
  await inbox?.close()
})

async function put(id: string): Promise<void> {
  const answer = await gateway.call('POST', '/data/config', {
    id,
    entries: [{ url: '', dst_path: '/a', data: id }],
    callback: { callbacks: [`${inbox.url}/once`] },
  })
  expect(await answer.json()).toMatchObject({ status: 'ok', id })
}

const lettersOf = (id: string) =>
  inbox.letters.filter(({ body }) => (body as { update_id: unknown }).update_id === id)

test('killed between save and callback, it reports in its next life', async () => {
  await gateway.start()
  await put('unsaid')
  await gateway.kill()
  expect(lettersOf('unsaid')).toEqual([])
  await gateway.start()
  await vi.waitFor(() => expect(lettersOf('unsaid')).toHaveLength(2), soon)
  expect(
    lettersOf('unsaid')
      .map(({ path }) => path)
      .sort(),
  ).toEqual(['/default', '/once'])
  for (const { body } of lettersOf('unsaid'))
    expect(body).toMatchObject({ sequence: 1, fleet: { applied: 1, pending: 1 } })
})

test('killed between callback and its acknowledgement, it calls again with the same key', async () => {
  await gateway.start()
  inbox.isSilent = true
  await put('unheard')
  await vi.waitFor(() => expect(lettersOf('unheard')).toHaveLength(2), soon)
  await gateway.kill()
  inbox.isSilent = false
  await gateway.start()
  await vi.waitFor(() => expect(lettersOf('unheard')).toHaveLength(4), soon)
  const keys = lettersOf('unheard').map(({ path, headers }) =>
    JSON.stringify([path, headers['idempotency-key']]),
  )
  expect(new Set(keys).size).toBe(2)
})

test('what was registered is told over a restart, and shown without what may be secret', async () => {
  await gateway.start()
  const asked = {
    key: 'mine',
    url: `${inbox.url}/mine`,
    config: { headers: { 'x-key': 'secret' } },
  }
  const answer = await gateway.call('POST', '/callbacks', asked)
  expect(await answer.json()).toMatchObject({
    key: 'mine',
    config: { headers: { 'x-key': '***' } },
  })
  await gateway.kill()
  await gateway.start()
  await put('registered')
  await vi.waitFor(() => expect(lettersOf('registered')).toHaveLength(3), soon)
  const mine = lettersOf('registered').find(({ path }) => path === '/mine')
  expect(mine?.headers['x-key']).toBe('secret')
  expect((await gateway.call('DELETE', '/callbacks/mine')).status).toBe(204)
  expect((await gateway.call('GET', '/callbacks/mine')).status).toBe(404)
})

test('an update is accounted for at any time, also over a restart', async () => {
  await gateway.start()
  await put('accounted')
  const shown = async () => (await gateway.call('GET', '/updates/accounted')).json()
  expect(await shown()).toMatchObject({
    update_id: 'accounted',
    reports: [{ entry: { dst_path: '/a', data: null }, saved: true }],
    fleet: { applied: 1, failed: 0, pending: 1 },
  })
  await gateway.kill()
  await gateway.start()
  expect(await shown()).toMatchObject({ update_id: 'accounted', fleet: { applied: 1, pending: 1 } })
  expect((await gateway.call('GET', '/updates/unknown')).status).toBe(404)
})

test('a Worker that comes late is told of in another report, also of updates of earlier lives', async () => {
  await gateway.start()
  await put('late')
  await vi.waitFor(() => expect(lettersOf('late')).toHaveLength(2), soon)
  const hub = await startHub({ id: 'hub-1', port: hubPort, trust })
  onTestFinished(() => hub.close())
  const lastOf = (id: string): unknown => lettersOf(id).at(-1)?.body
  for (const id of ['late', 'unheard', 'unsaid'])
    await vi.waitFor(
      () =>
        expect(lastOf(id)).toMatchObject({
          sequence: 2,
          fleet: { applied: 2, failed: 0, pending: 0, replicas: [] },
        }),
      soon,
    )
  const sequences = (): readonly number[] =>
    lettersOf('late').map(({ body }) => (body as { sequence: number }).sequence)
  await vi.waitFor(() => expect(sequences()).toEqual([1, 1, 2, 2]), soon)
})
