import type { ServerResponse } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import type { Json, JsonObject } from '@vedette/core/json/json'
import { expect, test, vi } from 'vitest'

import {
  endless,
  fails,
  nobody,
  openSource,
  redirects,
  says,
  stalls,
} from '../gateway/src/sources/source-server.support.ts'
import { startOpalGateway } from './support/opal-gateway.ts'

const put = (dst_path: string, data: Json, more: JsonObject = {}): JsonObject => ({
  url: '',
  dst_path,
  data,
  ...more,
})
const from = (url: string, dst_path: string, config: JsonObject | null = null): JsonObject => ({
  url,
  dst_path,
  config,
  // As OPAL's own clients write what is to be fetched.
  data: null,
})

test('what is fetched is saved as one revision with the rest', async () => {
  const gateway = await startOpalGateway()
  const source = await openSource(says('{"big":445611193265040129}'))
  const { status, body } = await gateway.update({
    id: 'u1',
    entries: [put('/a', 1), from(source.url, 'b/c'), put('/d', null)],
  })
  expect([status, body]).toMatchObject([200, { status: 'ok', id: 'u1' }])
  expect(await gateway.data('/b/c')).toEqual({ big: 445611193265040129n })
  expect(await gateway.data('')).toMatchObject({ a: 1, d: null })
  expect(await gateway.revision()).toBe(body['revision'])
})

test('PUT, PATCH and DELETE, one after the other', async () => {
  const gateway = await startOpalGateway()
  const source = await openSource(says('[{"op":"add","path":"/fetched","value":1.0}]'))
  const { status } = await gateway.update({
    entries: [
      put('/users', { alice: { role: 'admin' }, bob: {} }),
      put('/users', [{ op: 'move', from: '/alice', path: '/carol' }], { save_method: 'PATCH' }),
      { ...from(source.url, '/users'), save_method: 'PATCH' },
      { url: '', dst_path: '/users/bob', save_method: 'DELETE' },
    ],
  })
  expect(status).toBe(200)
  const users = await gateway.data('/users')
  expect(users).toMatchObject({ carol: { role: 'admin' }, fetched: { text: '1.0' } })
  expect(users).not.toHaveProperty('bob')
})

test("a patch as OPAL's own command and models write it", async () => {
  const gateway = await startOpalGateway()
  const none = { value: null, from_field: null }
  const patch = [
    { op: 'move', path: '/b', value: null, from_field: '/a' },
    { op: 'add', path: '/c', ...none, value: 2 },
    { op: 'remove', path: '/d', ...none },
  ]
  const entries = [put('/o', { a: 1, d: 0 }), put('/o', patch, { save_method: 'PATCH' })]
  const { status } = await gateway.update({ id: 'theirs', entries })
  expect(status).toBe(200)
  expect(await gateway.data('/o')).toEqual({ b: 1, c: 2 })
  const { body } = await gateway.call('GET', '/updates/theirs')
  // DataUpdater.calc_hash(entry.data) of opal-client 0.9.9
  const hash = 'ef34a15880993d707a13af13ab1f8c134094f4e44c0b3f8bddeda5153763e83b'
  expect(body).toMatchObject({ reports: [{}, { saved: true, hash }] })
  // OPAL's model of a report takes no null there.
  const [first, second] = body['reports'] as readonly { readonly entry: JsonObject }[]
  expect(first?.entry).toHaveProperty('data', null)
  expect(second?.entry).not.toHaveProperty('data')
})

test('a patch that was fetched is hashed as it came', async () => {
  const gateway = await startOpalGateway()
  const source = await openSource(says('[{"op":"add","path":"/a","value":1}]'))
  const entries = [put('/o', {}), { ...from(source.url, '/o'), save_method: 'PATCH' }]
  expect((await gateway.update({ id: 'fetched', entries })).status).toBe(200)
  const { body } = await gateway.call('GET', '/updates/fetched')
  // DataUpdater.calc_hash of what opal-client 0.9.9 fetches
  const hash = 'a390cffc89f2655e0fce431343c55e1043e68774585b64c79bd11b3ae06a09bc'
  expect(body).toMatchObject({ reports: [{}, { saved: true, hash }] })
})

test('text that is none in its charset is refused, not saved as something else', async () => {
  const gateway = await startOpalGateway()
  const latin = (type: string) => (_: unknown, response: ServerResponse) =>
    void response.writeHead(200, { 'content-type': type }).end(Buffer.from('"\xe9"', 'latin1'))
  const source = await openSource(latin('application/json; charset="ISO-8859-1"'))
  const fetching = { entries: [from(source.url, '/text')] }
  expect((await gateway.update(fetching)).status).toBe(200)
  expect(await gateway.data('/text')).toBe('é')
  source.answer(latin('application/json'))
  expect(await gateway.update(fetching)).toMatchObject({
    status: 502,
    body: { code: 'ERR_FETCH', message: expect.stringContaining('no text in its charset') },
  })
  source.answer(latin('application/json; charset=klingon'))
  expect(await gateway.update(fetching)).toMatchObject({
    status: 502,
    body: { message: expect.stringContaining('a charset that is not known') },
  })
  const bytes = Buffer.from('{"entries":[{"url":"","dst_path":"/text","data":"\xe9"}]}', 'latin1')
  const headers = { authorization: 'Bearer token' }
  const sent = await fetch(`${gateway.url}/data/config`, { method: 'POST', headers, body: bytes })
  expect([sent.status, await sent.json()]).toMatchObject([400, { code: 'ERR_JSON' }])
  expect(await gateway.data('/text')).toBe('é')
})

test('a failing entry fails them all, and says why at once', async () => {
  const gateway = await startOpalGateway()
  const source = await openSource(fails(404))
  const slow = await openSource(stalls)
  const entries = [put('/a', 1), from(slow.url, '/s'), from(`${source.url}/x?secret`, '/b')]
  const { status, body } = await gateway.update({ id: 'bad', entries })
  expect([status, body]).toEqual([
    502,
    { code: 'ERR_FETCH', message: `${source.url}/x answered 404 Not Found`, id: 'bad' },
  ])
  expect(await gateway.data('/a')).toBeUndefined()
  const { body: opal } = await gateway.call('GET', '/v1/data/system/opal')
  expect(opal['result']).toMatchObject({
    last_failed_data_transaction: { id: 'bad', error: `${source.url}/x answered 404 Not Found` },
  })
})

test("OPAL's way, what fails is left out", async () => {
  const gateway = await startOpalGateway()
  const source = await openSource(fails(404))
  const { status, body } = await gateway.update({
    atomic: false,
    entries: [put('/m1', 1), from(source.url, '/m2'), put('/system/x', 1), put('/m3', 3)],
  })
  expect([status, body]).toMatchObject([
    200,
    {
      status: 'ok',
      failed: [
        { index: 1, code: 'ERR_FETCH' },
        { index: 2, code: 'ERR_RESERVED_PATH' },
      ],
    },
  ])
  expect(await gateway.data('')).toMatchObject({ m1: 1, m3: 3 })
  expect(await gateway.revision()).toBe(body['revision'])
  const { body: opal } = await gateway.call('GET', '/v1/data/system/opal')
  expect(opal['result']).toMatchObject({ last_data_transaction: { success: false } })
})

test('where everything fails, nothing is left of it', async () => {
  const gateway = await startOpalGateway()
  const { status, body } = await gateway.update({ atomic: false, entries: [put('/system', 1)] })
  expect([status, body]).toMatchObject([400, { code: 'ERR_RESERVED_PATH' }])
})

test('an entry for others is skipped; for a parent and its child it is saved once', async () => {
  const gateway = await startOpalGateway()
  const topics = (...names: readonly string[]): JsonObject => ({ topics: names })
  const add = [{ op: 'add', path: '/-', value: 1 }]
  const { body } = await gateway.update({
    entries: [
      put('/list', []),
      put('/other', 1, topics('other')),
      put('/list', add, { save_method: 'PATCH', ...topics('policy_data', 'policy_data/x') }),
    ],
  })
  expect(body).toMatchObject({ status: 'ok', skipped: [1] })
  expect(await gateway.data('/list')).toEqual([1])
  expect(await gateway.data('/other')).toBeUndefined()
})

test('who came first is saved first, however long it is fetched', async () => {
  const gateway = await startOpalGateway()
  const release = Promise.withResolvers<void>()
  const slow = await openSource((_, response) => {
    void release.promise.then(() => response.end('{"v":"first"}'))
  })
  const first = gateway.update({ entries: [from(slow.url, '/place')] })
  await vi.waitFor(() => expect(slow.requests).toHaveLength(1))
  const second = gateway.update({ entries: [put('/place/v', 'second')] })
  expect((await gateway.update({ entries: [put('/elsewhere', 1)] })).status).toBe(200)
  release.resolve()
  expect([(await first).status, (await second).status]).toEqual([200, 200])
  expect(await gateway.data('/place')).toEqual({ v: 'second' })
})

test.for([
  ['ECONNREFUSED', nobody, 502],
  ['500', async () => (await openSource(fails(500))).url, 502],
  ['no JSON', async () => (await openSource(says('<p>'))).url, 502],
  [
    '169.254.169.254',
    async () => (await openSource(redirects('http://169.254.169.254/'))).url,
    400,
  ],
  ['bytes', async () => (await openSource(endless)).url, 413],
] as const)('a source that fails: %s', async ([words, open, status]) => {
  const gateway = await startOpalGateway()
  // A busy machine reads slowly.
  const answer = await gateway.update({ entries: [from(await open(), '/x', { timeout: 60 })] })
  expect(answer).toMatchObject({ status, body: { message: expect.stringContaining(words) } })
})

test('500, then 200', async () => {
  const gateway = await startOpalGateway()
  const source = await openSource(fails(500), says('1'))
  expect((await gateway.update({ entries: [from(source.url, '/x')] })).status).toBe(200)
})

test('an inner address, by number or by name, is for who opens it', async () => {
  const gateway = await startOpalGateway({ VEDETTE_ALLOWED_TARGETS: '10.0.0.0/8' })
  const source = await openSource(says('1'))
  for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433']) {
    const url = source.url.replace('127.0.0.1', host)
    const answer = await gateway.update({ entries: [from(url, '/x')] })
    expect(answer).toMatchObject({ status: 400, body: { code: 'ERR_TARGET' } })
  }
  expect(source.requests).toEqual([])
})

test('Prefer: wait=applied waits for those who are required, and says so', async () => {
  const gateway = await startOpalGateway()
  const applied = await gateway.update({ entries: [put('/a', 1)] }, { prefer: 'wait=applied' })
  expect(applied.headers.get('preference-applied')).toBe('wait=applied')
  expect(applied.body).toMatchObject({ fleet: { applied: 1, failed: 0, pending: 0 } })
  const other = await gateway.update({ entries: [put('/a', 2)] }, { prefer: 'respond-async' })
  expect(other.headers.has('preference-applied')).toBe(false)
  expect(other.body).not.toHaveProperty('fleet')
})

test('without a data updater nothing is updated', async () => {
  const gateway = await startOpalGateway({ OPAL_DATA_UPDATER_ENABLED: 'false' })
  expect(await gateway.update({ entries: [put('/a', 1)] })).toMatchObject({
    status: 503,
    body: { code: 'ERR_UPDATER_OFF' },
  })
  expect((await gateway.call('POST', '/data-updater/trigger')).status).toBe(503)
})

function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}

test('what was written over leaves no trace in memory', async () => {
  const gateway = await startOpalGateway()
  const large = (tag: number): Json => Array.from({ length: 10_000 }, (_, at) => `${tag} ${at}`)
  const write = async (tag: number): Promise<void> => {
    const entries = [put('/large', large(tag))]
    expect((await gateway.update({ entries }, { prefer: 'wait=applied' })).status).toBe(200)
  }
  for (let tag = 0; tag < 10; tag++) await write(tag)
  const before = heapBytes()
  for (let tag = 0; tag < 150; tag++) await write(tag)
  expect(heapBytes() - before).toBeLessThan(20_000_000)
})
