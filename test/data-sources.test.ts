import type { Json, JsonObject } from '@vedette/core/json/json'
import { expect, test, vi } from 'vitest'

import { fails, openSource, says } from '../gateway/src/sources/source-server.support.ts'
import type { OpalGateway } from './support/opal-gateway.ts'
import { startOpalGateway } from './support/opal-gateway.ts'

const soon = { timeout: 20_000, interval: 20 }
const sources = (...entries: readonly JsonObject[]): Readonly<Record<string, string>> => ({
  OPAL_DATA_CONFIG_SOURCES: JSON.stringify({ config: { entries } }),
  // Where an operator sends the gateway, no request may.
  VEDETTE_ALLOWED_TARGETS: '',
})
const push = (gateway: OpalGateway, dst_path: string, data: Json): Promise<unknown> =>
  gateway.update({ entries: [{ url: '', dst_path, data }] })
const trigger = async (gateway: OpalGateway): Promise<number> =>
  (await gateway.call('POST', '/data-updater/trigger')).status
const becomes = (gateway: OpalGateway, path: string, expected: Json): Promise<void> =>
  vi.waitFor(async () => expect(await gateway.data(path)).toEqual(expected), soon)
/** What is missing to be ready, beside the policies that these tests have none of. */
const missing = async (gateway: OpalGateway): Promise<readonly JsonObject[]> => {
  const { body } = await gateway.call('GET', '/ready?verbose')
  return (body['missing'] as readonly JsonObject[]).filter(({ what }) => what === 'source')
}

test('what is configured is loaded, and shown', async () => {
  const source = await openSource(says('{"a":1.0}'))
  const entry = { url: `${source.url}/x?token=secret`, dst_path: '/static' }
  const gateway = await startOpalGateway(sources(entry))
  await vi.waitFor(async () => expect(await missing(gateway)).toEqual([]), soon)
  expect(await gateway.data('/static')).toMatchObject({ a: { text: '1.0' } })
  const { body } = await gateway.call('GET', '/data/config')
  expect(body).toEqual({
    entries: [
      {
        ...entry,
        config: null,
        topics: ['policy_data'],
        save_method: 'PUT',
        data: null,
        periodic_update_interval: null,
      },
    ],
  })
})

test('nothing that was pushed is lost by a restart, nor what the source says anew', async () => {
  const source = await openSource(says('{"alice":{"role":"reader"},"bob":1}'))
  const gateway = await startOpalGateway(sources({ url: source.url, dst_path: '/users' }))
  await becomes(gateway, '/users', { alice: { role: 'reader' }, bob: 1 })
  await push(gateway, '/users/alice/role', 'admin')
  await push(gateway, '/users/carol', {})
  const pushed = { alice: { role: 'admin' }, bob: 1, carol: {} }
  await gateway.restart()
  await vi.waitFor(() => expect(source.requests).toHaveLength(2), soon)
  expect(await trigger(gateway)).toBe(200)
  expect(await gateway.data('/users')).toEqual(pushed)
  source.answer(says('{"alice":{"role":"reader"},"bob":2,"dave":3}'))
  await gateway.restart()
  await becomes(gateway, '/users', { ...pushed, bob: 2, dave: 3 })
})

test('a source that is away is waited for, and what was there before it stays', async () => {
  const source = await openSource(fails(404))
  const gateway = await startOpalGateway(sources({ url: source.url, dst_path: '/users' }))
  const reason = `${source.url}/ answered 404 Not Found`
  await vi.waitFor(
    async () =>
      expect(await missing(gateway)).toMatchObject([
        { name: `/users from ${source.url}/`, reason },
      ]),
    soon,
  )
  await push(gateway, '/users/alice', 'pushed')
  source.answer(says('{"alice":"source","bob":"source"}'))
  await vi.waitFor(async () => expect(await missing(gateway)).toEqual([]), soon)
  expect(await gateway.data('/users')).toEqual({ alice: 'pushed', bob: 'source' })
})

test('a source that fails later leaves its last good data, also over a restart', async () => {
  const source = await openSource(says('1'))
  const gateway = await startOpalGateway(sources({ url: source.url, dst_path: '/one' }))
  await becomes(gateway, '/one', 1)
  source.answer(fails(404))
  const { status, body } = await gateway.call('POST', '/data-updater/trigger')
  expect([status, body]).toMatchObject([502, { code: 'ERR_FETCH' }])
  await gateway.restart()
  await vi.waitFor(() => expect(source.requests.length).toBeGreaterThan(2), soon)
  expect(await gateway.data('/one')).toBe(1)
  expect(await missing(gateway)).toEqual([])
  source.answer(says('2'))
  expect(await trigger(gateway)).toBe(200)
  expect(await gateway.data('/one')).toBe(2)
})

test('a periodic source is followed, and asked by its ETag', async () => {
  const source = await openSource(says('{"v":1}', { etag: '"1"' }), fails(304))
  const entry = { url: source.url, dst_path: '/polled', periodic_update_interval: 0.05 }
  const gateway = await startOpalGateway(sources(entry))
  await becomes(gateway, '/polled', { v: 1 })
  await vi.waitFor(() => expect(source.requests.length).toBeGreaterThan(2), soon)
  expect(source.requests[1]?.headers['if-none-match']).toBe('"1"')
  const revision = await gateway.revision()
  source.answer(says('{"v":2}'))
  await becomes(gateway, '/polled', { v: 2 })
  const [epoch, sequence] = revision.split('.')
  // What was not new was no revision.
  const next = `${epoch}.${Number(sequence) + 1}`
  await vi.waitFor(async () => expect(await gateway.revision()).toBe(next), soon)
})

test('for the root a source brings members; anything else is said to be no good', async () => {
  const source = await openSource(says('[1]'))
  const gateway = await startOpalGateway(sources({ url: source.url, data: null }))
  await vi.waitFor(
    async () =>
      expect(await missing(gateway)).toMatchObject([
        { reason: expect.stringContaining('the root of the data cannot be replaced') },
      ]),
    soon,
  )
  source.answer(says('{"users":{"alice":1}}'))
  await vi.waitFor(async () => expect(await missing(gateway)).toEqual([]), soon)
  expect(await gateway.data('/users')).toEqual({ alice: 1 })
})

test('a patch that a source brings is applied when it is another', async () => {
  const patch = (value: number): string => `[{"op":"add","path":"/list/-","value":${value}}]`
  const source = await openSource(
    says('{"list":[]}'),
    says(patch(1)),
    says(patch(1)),
    says(patch(2)),
  )
  const gateway = await startOpalGateway({
    ...sources({ url: source.url, dst_path: '/p/q', save_method: 'PATCH' }),
    LOG_LEVEL: 'silent',
  })
  await push(gateway, '/p/q', { list: [] })
  await vi.waitFor(() => expect(source.requests).toHaveLength(1), soon)
  for (const expected of [[1], [1], [1, 2]]) {
    await trigger(gateway)
    expect(await gateway.data('/p/q/list')).toEqual(expected)
  }
  const { body } = await gateway.call('GET', '/data/config')
  const [shown] = body['entries'] as readonly JsonObject[]
  // OPAL's model of a source takes no null there.
  expect(shown).not.toHaveProperty('data')
})

test('the list itself may be elsewhere, and change', async () => {
  const one = await openSource(says('1'))
  const two = await openSource(says('2'))
  const list = await openSource(fails(503))
  const entries = (...urls: readonly string[]): string =>
    JSON.stringify({ entries: urls.map((url, index) => ({ url, dst_path: `/l${index}` })) })
  const gateway = await startOpalGateway({
    OPAL_DATA_CONFIG_SOURCES: JSON.stringify({ external_source_url: `${list.url}/list` }),
    VEDETTE_ALLOWED_TARGETS: '',
  })
  await vi.waitFor(
    async () =>
      expect(await missing(gateway)).toMatchObject([{ name: expect.stringContaining(list.url) }]),
    soon,
  )
  list.answer(says(entries(one.url)))
  expect(await trigger(gateway)).toBe(200)
  expect(await gateway.data('/l0')).toBe(1)
  list.answer(says(entries(one.url, two.url)))
  expect(await trigger(gateway)).toBe(200)
  expect(await gateway.data('/l1')).toBe(2)
  const { body } = await gateway.call('GET', '/data/config')
  expect(body['entries']).toHaveLength(2)
  expect(await missing(gateway)).toEqual([])
})

test("what OPAL's examples name as their source is there, and empty", async () => {
  const { url } = await startOpalGateway()
  const gateway = await startOpalGateway(
    sources({ url: `${url}/policy-data`, dst_path: '/static' }),
  )
  await becomes(gateway, '/static', {})
})

test('nobody triggers without the token', async () => {
  const gateway = await startOpalGateway()
  const response = await fetch(`${gateway.url}/data-updater/trigger`, { method: 'POST' })
  expect(response.status).toBe(401)
  expect(await trigger(gateway)).toBe(200)
})
