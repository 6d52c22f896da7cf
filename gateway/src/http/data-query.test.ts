import { VedetteError } from '@vedette/core/errors'
import { EvaluationError } from '@vedette/core/evaluator/evaluator'
import type { JsonSource } from '@vedette/core/json/source'
import fc from 'fast-check'
import { beforeEach, expect, test, vi } from 'vitest'

import { createApp } from './app.ts'
import { dataQueryDoor } from './data-query.ts'
import type { DataQueryOptions } from './data-query.ts'

const document = { ready: true, healthy: false, last_data_transaction: { id: 'u1' } }
const decide = vi.fn<DataQueryOptions['decide']>()
const explain = vi.fn<DataQueryOptions['explain']>()
const waitFor = vi.fn<DataQueryOptions['own']['waitFor']>()
let sequence = 7
const own = {
  active: () => ({ head: { epoch: 1, sequence } }) as ReturnType<DataQueryOptions['own']['active']>,
  waitFor,
}
const door = dataQueryDoor({
  token: 'secret',
  own,
  decide,
  explain,
  opalDocument: () => document,
})
const log = { error: vi.fn() }
const app = createApp({ origins: [], host: '127.0.0.1', log, doors: { '/v1/data': door } })

const headers = { host: '127.0.0.1', authorization: 'Bearer secret' }
const get = async (path: string): Promise<Response> => app.request(`/v1/data${path}`, { headers })
const post = async (path: string, body?: string): Promise<Response> =>
  app.request(`/v1/data${path}`, { method: 'POST', headers, ...(body !== undefined && { body }) })

beforeEach(() => {
  decide.mockReset()
  decide.mockImplementation((path, input) => ({
    revision: '1.7',
    entrypoint: path.join('/'),
    reason: 'evaluated',
    result: input === undefined ? 'no input' : input.value(),
  }))
})

const asked = (): unknown =>
  decide.mock.lastCall?.map((each) => ('text' in Object(each) ? (each as JsonSource).text() : each))

test('an answer is the result, the revision and an id of its own', async () => {
  const answers = [await post('/a/b', '{"input":1}'), await post('/a/b', '{"input":1}')]
  const [one, two] = await Promise.all(answers.map((answer) => answer.json()))
  expect(one).toEqual({ result: 1, revision: '1.7', decision_id: expect.any(String) })
  expect(two).not.toEqual(one)
  expect(answers[0]?.headers.get('content-type')).toBe('application/json')
})

test.for([
  ['', []],
  ['/', []],
  ['/a/b', ['a', 'b']],
  ['/a/b/', ['a', 'b']],
  ['/a%2Fb/c', ['a/b', 'c']],
  ['/%C3%BC/%F0%9F%98%80', ['ü', '😀']],
  ['/a?pretty=true', ['a']],
  ['/v1/data', ['v1', 'data']],
  ['/system', ['system']],
  ['/constructor/__proto__', ['constructor', '__proto__']],
] as const)('%s asks for %j', async ([path, segments]) => {
  expect((await get(path)).status).toBe(200)
  expect(asked()).toEqual([segments, undefined])
})

test.for(['/%ff', '/%', '/a/%zz', '/%E0%A4%A'])('%s is no path', async (path) => {
  const answer = await get(path)
  expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'ERR_JSON' }])
})

test.for(['null', 'false', '0', '""', '[]', '{}', '445611193265040129', '1.0', '1e400'])(
  '%s is an input, and comes back with every digit',
  async (input) => {
    const answer = await post('/a', `{"input":${input}}`)
    expect(asked()).toEqual([['a'], input])
    expect(await answer.text()).toContain(`"result":${input},`)
  },
)

test.for([[undefined], [''], ['{}'], ['{"Input":1}'], ['{"other":{"input":1}}']])(
  'the body %j has no input',
  async ([body]) => {
    await post('/a', body)
    expect(asked()).toEqual([['a'], undefined])
  },
)

test('GET is without input, whatever its query says', async () => {
  await get('/a?input=%7B%7D')
  expect(asked()).toEqual([['a'], undefined])
})

test.for(['{', 'nope', '[]', '1', '1.0', 'null', '"input"', '{"input":1}x', '{"input":NaN}'])(
  'the body %s is 400',
  async (body) => {
    const answer = await post('/a', body)
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'ERR_JSON' }])
    expect(decide).not.toHaveBeenCalled()
  },
)

test.for([
  [new EvaluationError('ERR_EVALUATION', 'conflict'), 500, 'ERR_EVALUATION'],
  [new EvaluationError('ERR_MEMORY_LIMIT', 'too much'), 500, 'ERR_MEMORY_LIMIT'],
  [new Error('what'), 500, 'ERR_EVALUATION'],
  [new VedetteError('ERR_NOT_READY', 'no head'), 503, 'ERR_NOT_READY'],
  [new VedetteError('ERR_PASSIVE', 'passive'), 503, 'ERR_PASSIVE'],
  [new VedetteError('ERR_STALE', 'old'), 503, 'ERR_STALE'],
] as const)('%s is %i', async ([error, status, code]) => {
  decide.mockImplementation(() => {
    throw error
  })
  const answer = await post('/a', '{}')
  expect(answer.status).toBe(status)
  expect(await answer.json()).toEqual({ code, message: error.message })
})

test('an undefined result is absent', async () => {
  decide.mockReturnValue({ revision: '1.7', entrypoint: 'a', reason: 'undefined' })
  expect(Object.keys((await (await get('/a')).json()) as object)).toEqual([
    'revision',
    'decision_id',
  ])
})

test('nobody asks without the token, but for the two probes', async () => {
  const open = { host: '127.0.0.1' }
  for (const path of [
    '',
    '/a',
    '/system/opal',
    '/system/opal/last_data_transaction',
    '/system/opal/readyx',
    '/system/opal/ready/x',
  ]) {
    const answer = await app.request(`/v1/data${path}`, { method: 'POST', headers: open })
    expect(answer.status).toBe(401)
  }
  for (const [probe, result] of [
    ['ready', true],
    ['healthy', false],
  ] as const) {
    const path = `/v1/data/system/opal/${probe}`
    const answer = await app.request(path, { method: 'POST', headers: open, body: '{}' })
    expect(await answer.json()).toEqual({ result })
    expect((await app.request(path, { headers: open })).status).toBe(401)
  }
})

test('a decision is explained when that is asked for', async () => {
  const decision = { revision: '1.7', entrypoint: 'a', reason: 'evaluated', result: 1 } as const
  const rule = { file: 'a.rego', row: 2, column: 1, held: true, steps: [] }
  explain.mockResolvedValue({ decision, explanation: [rule], truncated: false })
  const answer = await post('/a?explain=full', '{"input":1}')
  expect(await answer.json()).toMatchObject({ result: 1, revision: '1.7', explanation: [rule] })
  expect(await (await post('/a?explain=off', '{}')).json()).not.toHaveProperty('explanation')
  expect(explain).toHaveBeenCalledTimes(1)
})

test.for([
  ['/system/opal', { result: document }],
  ['/system/opal/', { result: document }],
  ['/system/opal/healthy', { result: false }],
  ['/system/opal/last_data_transaction/id', { result: 'u1' }],
  ['/system/opal/nothing', {}],
  ['/system/opal/constructor', {}],
  ['/system/opal/__proto__', {}],
] as const)("%s is of OPAL's document", async ([path, body]) => {
  const answer = await get(path)
  expect([answer.status, await answer.json()]).toEqual([200, body])
  expect(decide).not.toHaveBeenCalled()
})

test.for([true, false])('a body that is too large is 413 (in chunks: %s)', async (inChunks) => {
  const text = `{"input":"${'x'.repeat(10 * 1024 * 1024)}"}`
  const body = inChunks ? new Blob([text]).stream() : text
  const request = new Request('http://127.0.0.1/v1/data/a', {
    method: 'POST',
    body,
    duplex: 'half',
    headers: inChunks ? headers : { ...headers, 'content-length': String(text.length) },
  } as RequestInit)
  const answer = await app.request(request)
  expect([answer.status, await answer.json()]).toMatchObject([413, { code: 'ERR_TOO_LARGE' }])
})

test('whatever is sent, the answer is JSON, and no failure of the gateway', async () => {
  const path = fc.oneof(fc.webPath(), fc.string({ unit: 'binary-ascii' }).map(encodeURI))
  await fc.assert(
    fc.asyncProperty(path, fc.oneof(fc.json(), fc.string()), async (path, body) => {
      const answer = await post(`/${path}`, body)
      expect([200, 400, 404]).toContain(answer.status)
      if (answer.status !== 404) await answer.json()
      expect(log.error).not.toHaveBeenCalled()
    }),
  )
})

test('a question may ask for a revision: it is waited for, and nothing older answers', async () => {
  sequence = 7
  waitFor.mockImplementation(async () => void (sequence = 8))
  expect((await get('/a?atLeast=1.8')).status).toBe(200)
  expect(waitFor).toHaveBeenCalledWith({ epoch: 1, sequence: 8 })

  waitFor.mockResolvedValue()
  const late = await app.request('/v1/data/a', {
    headers: { ...headers, 'Vedette-Revision': '1.9' },
  })
  expect(late.status).toBe(503)
  expect(await late.json()).toMatchObject({ code: 'ERR_REVISION_NOT_REACHED' })
  expect(decide).toHaveBeenCalledOnce()
})

test.for(['8', '1.x', 'latest', ''])('%j is no revision', async (revision) => {
  const answer = await get(`/a?atLeast=${revision}`)
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ code: 'ERR_JSON' })
})
