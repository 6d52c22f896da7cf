import type { Json, JsonObject } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import { expect, onTestFinished, test } from 'vitest'

import { createTargets } from '../health/targets.ts'
import { createAllowance } from './allowance.ts'
import type { ReadLimits } from './fetcher.ts'
import { prepareRead } from './fetcher.ts'
import { createHttpFetcher } from './http-fetcher.ts'
import {
  endless,
  fails,
  nobody,
  openSource,
  redirects,
  says,
  stalls,
} from './source-server.support.ts'

const loopback = ['127.0.0.0/8']

interface Reading extends Partial<ReadLimits> {
  readonly config?: JsonObject
  readonly allowed?: readonly string[]
}

/** What an entry's fetcher brings; a fetcher given is used again. */
function read(
  url: string,
  { config = {}, allowed = loopback, ...limits }: Reading = {},
  fetcher = createHttpFetcher({ firstRetryMs: 1 }),
): Promise<Json> {
  const targets = createTargets(allowed)
  onTestFinished(() => targets.close())
  const reading = prepareRead({ HttpFetchProvider: fetcher }, { url, config, targets })
  return reading({
    allowance: createAllowance(1_000_000),
    signal: new AbortController().signal,
    ...limits,
  })
}

const failure = (words: string, code = 'ERR_FETCH'): object => ({
  code,
  message: expect.stringContaining(words),
})

test.for(['{"a":445611193265040129,"b":1.0}', 'null', '0', '"é"', '[]'])(
  '%s is brought with every digit',
  async (json) => {
    const source = await openSource(says(json))
    expect(await read(source.url)).toEqual(parseJson(json))
  },
)

test('method, headers, body and user are what the entry says', async () => {
  const source = await openSource(says('1'))
  const { host } = new URL(source.url)
  const config = { method: 'POST', headers: { 'X-Key': 'k' }, data: { big: 10n ** 20n } }
  await read(`http://me:p%40ss@${host}/a?b=c`, { config })
  expect(source.requests).toMatchObject([
    {
      method: 'POST',
      url: '/a?b=c',
      body: '{"big":100000000000000000000}',
      headers: {
        'x-key': 'k',
        'content-type': 'application/json',
        authorization: `Basic ${btoa('me:p@ss')}`,
      },
    },
  ])
})

test('a percent sign in a user may be one', async () => {
  const source = await openSource(says('1'))
  await read(`http://me:100%@${new URL(source.url).host}/`)
  expect(source.requests).toMatchObject([
    { headers: { authorization: `Basic ${btoa('me:100%')}` } },
  ])
})

test('what is not JSON may be wanted as text', async () => {
  const source = await openSource(says('a,b'))
  expect(await read(source.url, { config: { is_json: false } })).toBe('a,b')
})

test.for([
  [{ method: 'trace' }, 'config.method'],
  [{ headers: { a: 1 } }, 'config.headers.a'],
  [{ headers: { 'a b': '1' } }, 'config.headers'],
  [{ data: 'x' }, 'a GET has no body'],
  [{ timeout: 0 }, 'config.timeout'],
  [{ retries: 11 }, 'config.retries'],
  [{ fetcher: 'PostgresFetchProvider' }, 'there is HttpFetchProvider'],
  [{ fetcher: 'toString' }, 'there is HttpFetchProvider'],
  [{ fetcher: {} }, 'there is HttpFetchProvider'],
] as const)('a configuration of %j is refused before anything is called', ([config, words]) => {
  expect(() => read('http://127.0.0.1:1/', { config })).toThrow(
    expect.objectContaining(failure(words, 'ERR_FETCH_CONFIG')),
  )
})

test.for([
  [404, '404 Not Found', 1],
  [401, '401 Unauthorized', 1],
  [204, 'no JSON', 1],
  [500, '500 Internal Server Error', 3],
  [429, '429 Too Many Requests', 3],
] as const)(
  '%i is told as it is, after as many attempts as may help',
  async ([status, words, calls]) => {
    const source = await openSource(fails(status))
    const reading = read(`${source.url}/path?secret=1`, { config: { retries: 2 } })
    await expect(reading).rejects.toMatchObject(failure(words))
    await expect(reading).rejects.not.toMatchObject(failure('secret'))
    expect(source.requests).toHaveLength(calls)
  },
)

test('what passes is waited for: 500, 503, then an answer', async () => {
  const source = await openSource(fails(500), fails(503), says('1'))
  expect(await read(source.url)).toBe(1)
})

test('who is not there is said not to be', async () => {
  const reading = read(await nobody(), { config: { retries: 1 } })
  await expect(reading).rejects.toMatchObject(failure('refused the connection (ECONNREFUSED)'))
})

test('a port that belongs to another protocol is refused, and it says so', async () => {
  await expect(read('http://127.0.0.1:1/x')).rejects.toMatchObject(failure('is refused: its port'))
})

test('a connection that ends in the middle is tried again', async () => {
  const source = await openSource(
    (_, response) => response.writeHead(200).write('"half', () => response.destroy()),
    says('"whole"'),
  )
  expect(await read(source.url)).toBe('whole')
})

test.for([
  [stalls, 'did not answer in full within 0.05 s'],
  [(_: unknown, response: { write(text: string): void }) => response.write('"'), 'within 0.05 s'],
] as const)(
  'who is slow is not waited for longer than the entry says',
  async ([listener, words]) => {
    const source = await openSource(listener)
    const reading = read(source.url, { config: { timeout: 0.05 } })
    await expect(reading).rejects.toMatchObject(failure(words))
    expect(source.requests).toHaveLength(1)
  },
)

test('a name that does not exist is said to be none', async () => {
  await expect(read('http://nowhere.invalid/')).rejects.toMatchObject(
    failure('name that cannot be'),
  )
})

test.for(['{', '<html>', '', '{"a":1}x'])('%j is no JSON', async (body) => {
  const source = await openSource(says(body))
  await expect(read(source.url)).rejects.toMatchObject(failure('no JSON'))
  expect(source.requests).toHaveLength(1)
})

test('a body without an end is left where it is too large', async () => {
  const source = await openSource(endless)
  await expect(read(source.url)).rejects.toMatchObject(failure('1000000 bytes', 'ERR_TOO_LARGE'))
})

test('a bomb is measured by what comes out of it', async () => {
  const { gzipSync } = await import('node:zlib')
  const packed = gzipSync(`"${'x'.repeat(2_000_000)}"`)
  const source = await openSource((_, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed),
  )
  await expect(read(source.url)).rejects.toMatchObject({ code: 'ERR_TOO_LARGE' })
})

test('who gives up waits for nothing', async () => {
  const source = await openSource(stalls)
  const ending = new AbortController()
  const reading = read(source.url, { signal: ending.signal })
  ending.abort(new Error('enough'))
  await expect(reading).rejects.toThrow('enough')
})

test.for([
  ['http://169.254.169.254/latest/meta-data/', '169.254.169.254'],
  ['http://[::ffff:a9fe:a9fe]/', 'a9fe'],
  ['http://10.0.0.1/', '10.0.0.1'],
  ['http://[::1]/', '::1'],
  ['http://localhost.localdomain.invalid/', 'cannot be resolved'],
] as const)('a redirect to %s leads nowhere', async ([location, words]) => {
  const source = await openSource(redirects(location))
  await expect(read(source.url)).rejects.toMatchObject({ message: expect.stringContaining(words) })
})

test.for([302, 307])('a redirect (%i) to an allowed place is followed', async (status) => {
  const there = await openSource(says('"there"'))
  const source = await openSource(redirects(`${there.url}/x`, status))
  expect(await read(source.url, { config: { headers: { authorization: 'Bearer t' } } })).toBe(
    'there',
  )
  expect(there.requests[0]?.headers.authorization).toBeUndefined()
})

test('redirects in a circle end', async () => {
  const source = await openSource()
  source.answer(redirects(source.url))
  await expect(read(source.url)).rejects.toMatchObject(failure('redirect'))
})

test('a redirect to another scheme leads nowhere', async () => {
  const source = await openSource(redirects('file:///etc/passwd'))
  await expect(read(source.url)).rejects.toMatchObject(failure('could not be read'))
})

test('an inner address is refused before it is called, a name as soon as it is resolved', async () => {
  const source = await openSource(says('1'))
  expect(() => read(source.url, { allowed: [] })).toThrow(
    expect.objectContaining({ code: 'ERR_TARGET' }),
  )
  const named = source.url.replace('127.0.0.1', 'localhost')
  await expect(read(named, { allowed: [] })).rejects.toMatchObject({ code: 'ERR_TARGET' })
  expect(source.requests).toHaveLength(0)
})

test('what an operator configured may be read, and no other place it redirects to', async () => {
  const source = await openSource(says('1'), redirects('http://10.0.0.1/'))
  const targets = createTargets([]).opened(source.url)
  onTestFinished(() => targets.close())
  const fetcher = createHttpFetcher()
  const reading = fetcher.prepare({ url: source.url, config: {}, targets })
  const limits = { allowance: createAllowance(1000), signal: new AbortController().signal }
  expect(await reading(limits)).toBe(1)
  await expect(reading(limits)).rejects.toMatchObject({ code: 'ERR_TARGET' })
})

test('what has not changed by its ETag is not sent again, to the same request only', async () => {
  const source = await openSource(says('{"v":1}', { etag: '"1"' }), fails(304), says('{"v":2}'))
  const fetcher = createHttpFetcher()
  expect(await read(source.url, {}, fetcher)).toEqual({ v: 1 })
  expect(await read(source.url, {}, fetcher)).toEqual({ v: 1 })
  expect(source.requests[1]?.headers['if-none-match']).toBe('"1"')
  const config = { headers: { authorization: 'Bearer other' } }
  expect(await read(source.url, { config }, fetcher)).toEqual({ v: 2 })
  expect(source.requests[2]?.headers['if-none-match']).toBeUndefined()
})
