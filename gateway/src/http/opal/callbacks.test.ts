import { expect, onTestFinished, test, vi } from 'vitest'

import { receiver, testStore } from '../../callbacks/callbacks.support.ts'
import { configuredOf, readCallbacks, readDefaults } from '../../callbacks/config.ts'
import { openQueue } from '../../callbacks/queue.ts'
import { openRegister } from '../../callbacks/register.ts'
import { createTargets } from '../../health/targets.ts'
import { callbacksDoor } from './callbacks.ts'

const log = { info: vi.fn(), warn: vi.fn() }

async function open(defaults?: string) {
  const { store } = await testStore()
  const targets = createTargets(['127.0.0.0/8'])
  const asOpal = readDefaults(undefined)
  const configured = configuredOf(readCallbacks(defaults), asOpal)
  const register = await openRegister({ store, targets, configured, defaults: asOpal })
  const queue = await openQueue({ store, targets, log, firstRetryMs: 1 })
  onTestFinished(() => queue.close())
  const door = callbacksDoor({ token: 'secret', callbacks: { register, queue } })
  const call = async (method: string, path: string, body?: unknown): Promise<Response> =>
    door.request(path, {
      method,
      headers: { authorization: 'Bearer secret' },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  return { call, door, store, queue }
}

test("a callback of OPAL's has OPAL's key, and shows neither its report nor its secrets", async () => {
  const { call } = await open()
  // Recorded from OPAL 0.9.9: GET /callbacks of its client.
  const config = { headers: { 'content-type': 'application/json' }, process_data: false }
  const entry = { url: 'http://127.0.0.1:17777/cb', config: { ...config, method: 'post' } }
  const recorded = {
    key: '969e4316a7222530103fcfa33e7a0111edf874e5d86ad4260fcc0bbbfa9c81e8',
    url: 'http://127.0.0.1:17777/cb',
    config: {
      fetcher: null,
      headers: { 'content-type': 'application/json' },
      is_json: true,
      process_data: false,
      method: 'post',
      data: null,
    },
  }
  const answer = await call('POST', '/', entry)
  expect([answer.status, await answer.json()]).toEqual([200, recorded])
  // Without a configuration it is OPAL's default one, and the same callback.
  expect(await (await call('POST', '/', { url: entry.url })).json()).toEqual(recorded)
  expect(await (await call('GET', '/')).json()).toEqual([recorded])
  expect(await (await call('GET', `/${recorded.key}`)).json()).toEqual(recorded)

  const secret = { headers: { authorization: 'Bearer T' } }
  const other = await call('POST', '/', { key: 'k', url: 'http://u:p@127.0.0.1/', config: secret })
  expect(await other.json()).toMatchObject({
    key: 'k',
    url: 'http://127.0.0.1/',
    config: { headers: { authorization: '***' } },
  })
})

test('a key takes the place of the one made up for the same callback, and of its own', async () => {
  const { call } = await open()
  const keys = async (): Promise<readonly string[]> =>
    ((await (await call('GET', '/')).json()) as { key: string }[]).map(({ key }) => key)
  const entry = { url: 'http://127.0.0.1/' }
  await call('POST', '/', entry)
  await call('POST', '/', { ...entry, key: 'mine' })
  expect(await keys()).toEqual(['mine'])
  await call('POST', '/', { url: 'http://127.0.0.1/other', key: 'mine' })
  expect(await keys()).toEqual(['mine'])
  expect((await call('DELETE', '/mine')).status).toBe(204)
  expect((await call('DELETE', '/mine')).status).toBe(404)
  expect((await call('GET', '/mine')).status).toBe(404)
})

test("the operator's are listed, and stay", async () => {
  const { call } = await open('{"callbacks":["http://10.0.0.1/inner"]}')
  const [listed] = (await (await call('GET', '/')).json()) as { key: string; url: string }[]
  expect(listed?.url).toBe('http://10.0.0.1/inner')
  const answer = await call('DELETE', `/${listed?.key}`)
  expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'ERR_CONFIGURED' }])
})

test.for([
  ['http://10.0.0.1/', 400, { code: 'ERR_TARGET' }],
  ['http://169.254.169.254/latest', 400, { code: 'ERR_TARGET' }],
  ['file:///etc/passwd', 400, { code: 'ERR_TARGET' }],
  ['nowhere', 422, { detail: [{ loc: ['body', 'url'] }] }],
] as const)('%s is refused', async ([url, status, body]) => {
  const { call } = await open()
  const answer = await call('POST', '/', { url })
  expect([answer.status, await answer.json()]).toMatchObject([status, body])
  expect(await (await call('GET', '/')).json()).toEqual([])
})

test('what is no JSON is 422, a hundred are enough, and nobody without the token is heard', async () => {
  const { call, door } = await open()
  expect((await call('POST', '/', '{')).status).toBe(422)
  for (let n = 0; n < 100; n++) await call('POST', '/', { url: `http://127.0.0.1/${n}` })
  const answer = await call('POST', '/', { url: 'http://127.0.0.1/more' })
  expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'ERR_LIMIT' }])
  expect((await door.request('/')).status).toBe(401)
  expect((await door.request('/dead-letters')).status).toBe(401)
})

test('dead letters are looked at, delivered again, forgotten', async () => {
  const { url, calls } = await receiver()
  const { call, store, queue } = await open()
  const request = '{"method":"POST","headers":{},"trusted":true,"report":"{}"}'
  const about = 'u1'
  const callbacks = ['a', 'b', 'c'].map((id) => ({ id, url: `${url}/${id}`, request, about }))
  await store.tell({ updates: [], callbacks })
  for (const { id } of callbacks)
    await store.buryCallback({ id, attempts: 8, error: 'answered 503', at: 0 })
  expect(await (await call('GET', '/dead-letters')).json()).toEqual(
    callbacks.map(({ id }) => ({
      id,
      url: `${url}/${id}`,
      update: 'u1',
      attempts: 8,
      error: 'answered 503',
      at: '1970-01-01T00:00:00.000Z',
    })),
  )
  expect(await (await call('POST', '/dead-letters/a/retry')).json()).toEqual({ retried: 1 })
  expect((await call('POST', '/dead-letters/a/retry')).status).toBe(404)
  expect((await call('DELETE', '/dead-letters/b')).status).toBe(204)
  expect((await call('DELETE', '/dead-letters/b')).status).toBe(404)
  expect(await (await call('POST', '/dead-letters/retry')).json()).toEqual({ retried: 1 })
  await vi.waitFor(() => expect(calls).toHaveLength(2))
  expect(await queue.deadLetters()).toEqual([])
})
