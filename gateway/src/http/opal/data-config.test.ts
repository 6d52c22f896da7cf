import { createHash } from 'node:crypto'

import { parseJson } from '@vedette/core/json/parse'
import { stringifyJson } from '@vedette/core/json/stringify'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { configuredOf, readDefaults, targetOf } from '../../callbacks/config.ts'
import type { CallbackTarget } from '../../callbacks/config.ts'
import { readNote, writeNote } from '../../callbacks/note.ts'
import { createKeys, tosca, update } from '../../catalog/catalog.support.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import { openForTest } from '../../catalog/for-test.support.ts'
import type { Standing } from '../../health/required.ts'
import { createTargets } from '../../health/targets.ts'
import { createUpdates } from '../../sources/updates.ts'
import { createApp } from '../app.ts'
import { dataConfigDoor } from './data-config.ts'

const { signer } = await createKeys()

interface Sent {
  readonly report: { readonly update_id: string; readonly reports: readonly Reported[] }
  readonly callbacks: readonly CallbackTarget[]
}

interface Reported {
  readonly saved: boolean
  readonly hash: string
  readonly entry: { readonly data: null; readonly dst_path: string }
}

const defaults = readDefaults('{"method":"put","headers":{"X-Default":"1"}}')
const log = { error: () => undefined }

const settled: Standing = { applied: ['gateway'], failed: [], pending: [] }

async function open(catalog?: Pick<Catalog, 'head' | 'putData'>, standing = settled) {
  const opened = await openForTest({ signer })
  const sent: Sent[] = []
  const note = (id: string, text: string, isSaved: boolean): void => {
    const { reports, callbacks } = readNote(text)
    const told = reports.map((each) => ({ ...each, saved: isSaved })) as unknown as Reported[]
    sent.push({ report: { update_id: id, reports: told }, callbacks })
  }
  opened.catalog.onPublished(({ update }) => {
    if (update?.kind === 'data') note(update.id, update.note, true)
  })
  opened.catalog.onFailed((failure) => note(failure.id, failure.note ?? '', false))
  const targets = createTargets([])
  const updates = createUpdates({
    catalog: catalog ?? opened.catalog,
    transactions: {
      transaction: (id, _, work) => work({ id, acts: () => undefined, step: () => undefined }),
    },
    failed: (failure) => Promise.resolve(note(failure.id, failure.note ?? '', false)),
    subscription: { scope: 'default', topics: ['policy_data'] },
  })
  const door = dataConfigDoor({
    token: 'secret',
    places: { fetchers: {}, targets },
    updates,
    sources: { entries: () => [] },
    required: { settled: () => Promise.resolve(standing) },
    callbacks: {
      note: (reported, oneTime) => writeNote(reported, oneTime, []),
      oneTime(callback) {
        const oneTime = configuredOf(callback, defaults).map(targetOf)
        for (const { url } of oneTime) targets.check(url)
        return oneTime
      },
    },
  })
  const app = createApp({ origins: [], host: 'elsewhere', log, doors: { '/data/config': door } })
  const post = async (
    body: string,
    authorization = 'Bearer secret',
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> =>
    app.request('/data/config', { method: 'POST', body, headers: { authorization, ...headers } })
  return { ...opened, app, sent, post }
}

const entry = (dst_path: string, data: string): string =>
  `{"url":"","dst_path":${JSON.stringify(dst_path)},"data":${data}}`
const entries = (...texts: readonly string[]): string => `{"entries":[${texts.join(',')}]}`

test("OPAL's members first, then the revision that holds the data", async () => {
  const { catalog, post, sent } = await open()
  const body = `{"id":"u1","reason":"because","entries":[${entry('/users/alice', '{"role":"admin"}')}]}`
  const answer = await post(body)
  const { head } = catalog.head() ?? {}
  expect([answer.status, await answer.text()]).toEqual([
    200,
    `{"status":"ok","id":"u1","revision":"${head?.epoch}.${head?.sequence}"}`,
  ])
  expect(catalog.document()).toMatchObject({ users: { alice: { role: 'admin' } } })
  expect(sent).toMatchObject([
    {
      report: { update_id: 'u1', reports: [{ saved: true, entry: { dst_path: '/users/alice' } }] },
      callbacks: [],
    },
  ])
})

test.for([
  '{"role":"admin","b":null,"z":[1,null,{"q":null}],"é":"ü"}',
  '[{"op":"a","path":"/b","extra":1}]',
  '"text"',
  'null',
  'false',
  '0',
  '445611193265040129',
  '1.0',
  '[]',
  '{}',
])('%s is kept as it came', async (data) => {
  const { catalog, post, sent } = await open()
  const answer = await post(entries(entry('/a/b', data)))
  expect(answer.status).toBe(200)
  expect(stringifyJson(catalog.document())).toContain(`"a":{"b":${data}}`)
  expect(sent[0]?.report.reports[0]?.entry.data).toBeNull()
})

test('an update without an id gets one, in the answer as in the report', async () => {
  const { post, sent } = await open()
  for (const id of ['', '"id":null,']) {
    const answer = await post(`{${id}"entries":[${entry('/a', '1')}]}`)
    const made = ((await answer.json()) as { readonly id: string }).id
    expect(made).toMatch(/^[0-9a-f]{32}$/)
    expect(sent.at(-1)?.report.update_id).toBe(made)
  }
})

test('no entries are an update that changes nothing, and is reported', async () => {
  const { catalog, post, sent } = await open()
  const before = catalog.document()
  expect((await post('{"entries":[],"id":"none"}')).status).toBe(200)
  expect(catalog.document()).toEqual(before)
  expect(sent).toMatchObject([{ report: { update_id: 'none', reports: [] } }])
})

test.for(['/a/b', 'a/b', '/a/b/', 'a/b/'])('%s is the same place', async (path) => {
  const { catalog, post } = await open()
  await post(entries(entry(path, '1')))
  expect(catalog.document()).toMatchObject({ a: { b: 1 } })
})

test('all entries or none', async () => {
  const { catalog, post, sent } = await open()
  const answer = await post(entries(entry('/a', '1'), entry('/system/x', '2')))
  expect(answer.status).toBe(400)
  expect(catalog.document()).not.toHaveProperty('a')
  expect(sent[0]?.report.reports.map(({ saved }) => saved)).toEqual([false, false])
})

test.for([
  ['', 'ERR_RESERVED_PATH'],
  ['/', 'ERR_RESERVED_PATH'],
  ['/node', 'ERR_RESERVED_PATH'],
  ['node/', 'ERR_RESERVED_PATH'],
  ['/system/version', 'ERR_RESERVED_PATH'],
  ['/role', 'ERR_RESERVED_PATH'],
  ['/role/allow/x', 'ERR_RESERVED_PATH'],
  ['/a//b', 'ERR_INVALID_PATH'],
  ['//', 'ERR_INVALID_PATH'],
  ['/list/x', 'ERR_INVALID_PATH'],
] as const)('a write to %j is refused: %s', async ([path, code]) => {
  const { catalog, post, sent } = await open()
  await catalog.apply(update({ deploy: [tosca('role')] }))
  await post(entries(entry('/list', '[1]')))
  const answer = await post(entries(entry(path, '{"x":1}')))
  expect([answer.status, await answer.json()]).toMatchObject([400, { code }])
  expect(sent.at(-1)?.report.reports[0]?.saved).toBe(false)
})

test.for([
  ['{}', ['body', 'entries'], 'field required', 'value_error.missing'],
  [
    '{"entries":[{"dst_path":"/a","data":1}]}',
    ['body', 'entries', 0, 'url'],
    'field required',
    'value_error.missing',
  ],
  [
    '{"entries":[{"url":"","data":1,"save_method":"POST"}]}',
    ['body', 'entries', 0, 'save_method'],
    "'save_method' must be PUT, PATCH or DELETE",
    'value_error.picklist',
  ],
  ...['{"x":1}', '[{"op":"add","path":"/x"}]', '[{"op":"frobnicate","path":"/x"}]', '[1]'].map(
    (data) =>
      [
        `{"entries":[{"url":"","save_method":"PATCH","data":${data}}]}`,
        ['body', 'entries', 0, 'data'],
        "'data' must be of type JSON patch request when save_method is PATCH",
        'value_error.check',
      ] as const,
  ),
  [
    '{"entries":[{"url":""}]}',
    ['body', 'entries', 0, 'data'],
    "an entry without 'data' needs a 'url' to fetch it from",
    'value_error.check',
  ],
  [
    '{"entries":[{"url":"","data":1,"topics":"x"}]}',
    ['body', 'entries', 0, 'topics'],
    expect.any(String),
    expect.any(String),
  ],
  ['{"entries":{}}', ['body', 'entries'], expect.any(String), 'value_error.array'],
  ['{"id":1,"entries":[]}', ['body', 'id'], expect.any(String), 'value_error.string'],
  ['{"id":"","entries":[]}', ['body', 'id'], expect.any(String), expect.any(String)],
  [
    '{"entries":[],"callback":{"callbacks":["nowhere"]}}',
    ['body', 'callback', 'callbacks', 0],
    expect.any(String),
    expect.any(String),
  ],
  [
    '{"entries":[],"callback":{"callbacks":[["http://a/",{},1]]}}',
    ['body', 'callback', 'callbacks', 0],
    expect.any(String),
    expect.any(String),
  ],
  ['[]', ['body', 'entries'], expect.any(String), 'value_error.array'],
  ['1', ['body'], expect.any(String), 'value_error.object'],
] as const)('%s is 422', async ([body, loc, msg, type]) => {
  const { post, sent } = await open()
  const answer = await post(body)
  expect(answer.status).toBe(422)
  expect(await answer.json()).toMatchObject({ detail: [{ loc, msg, type }] })
  expect(sent).toEqual([])
})

test.for([
  ['all levels of its topics', { topics: ['a/'.repeat(4_000)] }, 1],
  ['its place', { dst_path: 'a'.repeat(8_193) }, 1],
  ['all of its entries', { url: `http://a/${'a'.repeat(8_000)}` }, 600],
] as const)('what no report could hold is 422: %s', async ([, entry, times]) => {
  const { post, sent } = await open()
  const entries = Array.from({ length: times }, () => ({ url: '', data: 1, ...entry }))
  expect((await post(JSON.stringify({ entries }))).status).toBe(422)
  expect(sent).toEqual([])
})

test.for([
  ['{', 'ERR_JSON'],
  ['', 'ERR_JSON'],
  ['{"entries":[{"url":"http://a/"}]}', 'ERR_FETCH_CONFIG'],
  [`{"entries":[],"callback":{"callbacks":["http://127.0.0.1/"]}}`, 'ERR_TARGET'],
  [`{"entries":[],"callback":{"callbacks":["http://[::ffff:7f00:1]/"]}}`, 'ERR_TARGET'],
  [`{"entries":[],"callback":{"callbacks":[["file:///etc/passwd"]]}}`, 'ERR_TARGET'],
] as const)('%s is 400 %s, and nothing happens', async ([body, code]) => {
  const { catalog, post, sent } = await open()
  const answer = await post(body)
  expect([answer.status, await answer.json()]).toMatchObject([400, { code }])
  expect(catalog.head()).toBeUndefined()
  expect(sent).toEqual([])
})

test("an update's own callbacks are told as they want", async () => {
  const { post, sent } = await open()
  const own = '["http://8.8.8.8/a",["http://8.8.8.8/b"],["http://8.8.8.8/c",{"method":"patch"}]]'
  await post(`{"entries":[],"callback":{"callbacks":${own}}}`)
  expect(sent[0]?.callbacks).toMatchObject([
    { url: 'http://8.8.8.8/a', method: 'PUT', headers: { 'x-default': '1' } },
    { url: 'http://8.8.8.8/b', method: 'PUT' },
    { url: 'http://8.8.8.8/c', method: 'PATCH' },
  ])
})

test('a store that fails is 500', async () => {
  const failure = Object.assign(new Error('disk full'), { code: 'ERR_STORAGE' })
  const { post } = await open({ putData: () => Promise.reject(failure), head: () => undefined })
  const answer = await post(`{"id":"u","entries":[${entry('/a', '1')}]}`)
  expect([answer.status, await answer.json()]).toEqual([
    500,
    { code: 'ERR_STORAGE', message: 'disk full', id: 'u' },
  ])
})

test('too much is 413, as a body and as a document', async () => {
  const { post } = await open()
  const text = (bytes: number): string => entries(entry('/a', JSON.stringify('x'.repeat(bytes))))
  for (const bytes of [17, 20]) {
    const answer = await post(text(bytes * 1024 * 1024))
    expect([answer.status, await answer.json()]).toMatchObject([413, { code: 'ERR_TOO_LARGE' }])
  }
})

test('nobody without the token', async () => {
  const { app, post } = await open()
  expect((await post('{', 'Bearer other')).status).toBe(401)
  expect((await app.request('/data/config')).status).toBe(401)
  const headers = { authorization: 'Bearer secret' }
  expect(await (await app.request('/data/config', { headers })).json()).toEqual({ entries: [] })
})

test('any JSON is written as it came, and hashed as the text it is to Python', async () => {
  const { catalog, post, sent } = await open()
  await fc.assert(
    fc.asyncProperty(fc.json(), async (data) => {
      expect((await post(entries(entry('/any', data)))).status).toBe(200)
      expect(catalog.document()).toHaveProperty('any', parseJson(data))
      expect(sent.at(-1)?.report.reports[0]?.hash).toHaveLength(64)
    }),
    { numRuns: 30 },
  )
  await post(entries(entry('/any', '{"a": [1, "é"]}')))
  const python = '{"a": [1, "\\u00e9"]}'
  expect(sent.at(-1)?.report.reports[0]?.hash).toBe(
    createHash('sha256').update(python).digest('hex'),
  )
})

const failing: Standing['failed'] = [{ replica: 'edge', error: 'ERR_DIGEST: no' }]

test.for<[string, Standing, string | null, object | undefined]>([
  ['wait=applied', settled, 'wait=applied', { applied: 1, failed: 0, pending: 0, replicas: [] }],
  ['respond-async, WAIT="applied"; x=1', settled, 'wait=applied', expect.any(Object)],
  ['wait=10', settled, null, undefined],
  ['wait=appliedly', settled, null, undefined],
  [
    'wait=applied',
    { applied: [], failed: failing, pending: ['other'] },
    null,
    { applied: 0, failed: 1, pending: 1, replicas: failing },
  ],
])('Prefer: %s, with %j', async ([prefer, standing, applied, fleet]) => {
  const { post } = await open(undefined, standing)
  const answer = await post(entries(entry('/a', '1')), undefined, { prefer })
  expect([answer.status, answer.headers.get('preference-applied')]).toEqual([200, applied])
  expect(((await answer.json()) as { fleet?: object }).fleet).toEqual(fleet)
})
