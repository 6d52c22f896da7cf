import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'

import { openGatewayProcess } from '../support/gateway-process.ts'
import type { GatewayProcess } from '../support/gateway-process.ts'
import { openInbox } from '../support/inbox.ts'
import type { Inbox } from '../support/inbox.ts'

const soon = { timeout: 20_000, interval: 20 }

let inbox: Inbox
let gateway: GatewayProcess

beforeAll(async () => {
  inbox = await openInbox()
  gateway = await openGatewayProcess({
    VEDETTE_ALLOWED_TARGETS: '127.0.0.0/8',
    // Nobody listens there: reports wait for a second, and the gateway can be killed meanwhile.
    VEDETTE_EDGES: 'http://127.0.0.1:1',
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
