import { createHmac, randomUUID } from 'node:crypto'

import { expect, onTestFinished, test, vi } from 'vitest'

import type { CatalogStore } from '../catalog/store.ts'
import { createTargets } from '../health/targets.ts'
import { claimPort } from '../start/ports.ts'
import { receiver, testStore } from './callbacks.support.ts'
import type { Answer } from './callbacks.support.ts'
import type { CallbackTarget } from './config.ts'
import { writeRequest } from './post-report.ts'
import { openQueue } from './queue.ts'
import type { CallbackQueueOptions } from './queue.ts'

interface Callback {
  readonly target: CallbackTarget
  readonly trusted: boolean
}

interface Setup extends Partial<Pick<CallbackQueueOptions, 'secret'>> {
  readonly store?: CatalogStore
  readonly allowed?: readonly string[]
}

async function start({ allowed = [], ...options }: Setup = {}) {
  const log = { info: vi.fn(), warn: vi.fn() }
  const store = options.store ?? (await testStore()).store
  const targets = createTargets(allowed)
  const queue = await openQueue({ ...options, store, targets, log, firstRetryMs: 1 })
  onTestFinished(() => queue.close())
  return {
    queue,
    store,
    log,
    logged: () => JSON.stringify([log.info.mock.calls, log.warn.mock.calls]),
    async send(report: string, callbacks: readonly Callback[]) {
      const pending = callbacks.map(({ target, trusted }) => ({
        id: randomUUID(),
        url: target.url,
        request: writeRequest(target, { trusted, report }),
        about: 'u1',
      }))
      await store.tell({ updates: [], callbacks: pending })
      queue.deliver(pending)
    },
  }
}

const to = (url: string, trusted = true, how: Partial<CallbackTarget> = {}): Callback => ({
  target: { url, method: 'POST', headers: { 'content-type': 'application/json' }, ...how },
  trusted,
})

const delivered = (store: CatalogStore): Promise<void> =>
  vi.waitFor(async () => expect(await store.callbacks()).toEqual([]), 20_000)

test('a report is sent as its target wants it, and forgotten', async () => {
  const { url, calls } = await receiver()
  const { send, store } = await start()
  await send('{"n":1}', [
    to(`${url}/a?b`, true, { method: 'PUT', headers: { 'x-one': '1' } }),
    to(`${url}/c`),
  ])
  await delivered(store)
  expect(calls.toSorted((a, b) => (a.url ?? '').localeCompare(b.url ?? ''))).toMatchObject([
    { method: 'PUT', url: '/a?b', headers: { 'x-one': '1' }, body: '{"n":1}' },
    { method: 'POST', url: '/c', headers: { 'content-type': 'application/json' }, body: '{"n":1}' },
  ])
})

test('a user in the URL is basic authentication, and stays out of the log', async () => {
  const { url, calls } = await receiver()
  const { send, store, logged } = await start()
  await send('{}', [to(`${url.replace('//', '//us%40er:pass@')}/secret-path`)])
  await delivered(store)
  const expected = `Basic ${Buffer.from('us@er:pass').toString('base64')}`
  expect(calls[0]?.headers.authorization).toBe(expected)
  expect(logged()).toContain('delivered')
  expect(logged()).not.toMatch(/pass|secret-path/)
})

test('a report is sent again until it arrives', async () => {
  const flaky: Answer = (response, call, request) => {
    if (call === 1) request.socket.destroy()
    else response.writeHead(call < 4 ? 500 : 204).end()
  }
  const { url, calls } = await receiver(flaky)
  const { send, store } = await start()
  await send('{"n":1}', [to(url)])
  await delivered(store)
  expect(calls.map(({ body }) => body)).toEqual(Array.from({ length: 4 }, () => '{"n":1}'))
})

test('it is given up in the end, without telling the log what it carried', async () => {
  const { url, calls } = await receiver((response) => void response.writeHead(404).end())
  const { queue, send, store, log, logged } = await start()
  const headers = { authorization: 'Bearer secret' }
  await send('{"secret":1}', [to(`${url}/?secret`, true, { headers })])
  await delivered(store)
  expect(calls).toHaveLength(8)
  expect(log.warn).toHaveBeenCalledWith(
    { update: 'u1', callback: expect.any(String), to: url, error: 'answered 404' },
    'callback given up',
  )
  expect(logged()).not.toContain('secret')
  expect(await queue.deadLetters()).toEqual([
    {
      id: expect.any(String),
      url: `${url}/?secret`,
      about: 'u1',
      attempts: 8,
      error: 'answered 404',
      at: expect.any(Number),
    },
  ])
})

test.for([301, 302, 307, 308])('a %i is not followed', async (status) => {
  const inner = await receiver()
  const { url } = await receiver(
    (response) => void response.writeHead(status, { location: inner.url }).end(),
  )
  const { send, store } = await start()
  await send('{}', [to(url)])
  await delivered(store)
  expect(inner.calls).toEqual([])
})

test('a request may not make the gateway call inside; it is not tried twice', async () => {
  const { url, calls } = await receiver()
  const { queue, send, store, log } = await start()
  const byName = url.replace('127.0.0.1', 'localhost')
  await send('{}', [to(url, false), to(byName, false)])
  await delivered(store)
  expect(calls).toEqual([])
  expect(log.warn.mock.calls.map(([about]: { error: string }[]) => about?.error)).toEqual([
    expect.stringContaining('is no public address'),
    expect.stringContaining('is no public address'),
  ])
  expect((await queue.deadLetters()).map(({ attempts }) => attempts)).toEqual([1, 1])
})

test('what is allowed may be called by a request', async () => {
  const { url, calls } = await receiver()
  const { send, store } = await start({ allowed: ['127.0.0.0/8'] })
  await send('{}', [to(url, false), to(url.replace('127.0.0.1', 'localhost'), false)])
  await delivered(store)
  expect(calls).toHaveLength(2)
})

test('what was not delivered is delivered by the next life, known by its key', async () => {
  const { url, calls } = await receiver((response, call) => {
    if (call > 1) response.end()
  })
  const { store, reopen } = await testStore()
  const first = await start({ store })
  await first.send('{"n":1}', [to(url)])
  await vi.waitFor(() => expect(calls).toHaveLength(1))
  await first.queue.close()
  expect(first.log.warn).not.toHaveBeenCalled()

  const again = await reopen()
  await start({ store: again })
  await delivered(again)
  const keys = calls.map(({ headers }) => headers['idempotency-key'])
  expect(keys).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), keys[0]])
  expect(calls[1]?.body).toBe('{"n":1}')
})

test('dead letters are kept over a restart, delivered again on request, or forgotten', async () => {
  let isBack = false
  const { url, calls } = await receiver(
    (response) => void response.writeHead(isBack ? 204 : 503).end(),
  )
  const { store, reopen } = await testStore()
  const first = await start({ store })
  await first.send('{"n":1}', [to(`${url}/1`), to(`${url}/2`)])
  await delivered(store)
  await first.queue.close()

  const again = await reopen()
  const { queue } = await start({ store: again })
  const letters = await queue.deadLetters()
  const [one, two] = letters.toSorted((a, b) => a.url.localeCompare(b.url)).map(({ id }) => id)
  isBack = true
  calls.length = 0
  expect(await queue.retry([one ?? '', 'unknown'])).toBe(1)
  await delivered(again)
  expect(calls).toMatchObject([{ url: '/1', body: '{"n":1}' }])
  expect((await queue.deadLetters()).map(({ id }) => id)).toEqual([two])
  await queue.forget([two ?? ''])
  expect(await queue.deadLetters()).toEqual([])
})

test('a callback that no version can read is given up', async () => {
  const { store } = await testStore()
  const old = { id: 'old', url: 'http://a.example/', request: '{}', about: '' }
  await store.tell({ updates: [], callbacks: [old] })
  const { log } = await start({ store })
  await delivered(store)
  expect(log.warn).toHaveBeenCalledOnce()
})

test('with a secret the body is signed', async () => {
  const { url, calls } = await receiver()
  const { send, store } = await start({ secret: 'shared' })
  await send('{"é":1}', [to(url, true, { headers: { 'x-hub-signature-256': 'forged' } })])
  await delivered(store)
  const signature = createHmac('sha256', 'shared').update('{"é":1}').digest('hex')
  expect(calls[0]?.headers['x-hub-signature-256']).toBe(`sha256=${signature}`)
})

test('a target that does not answer keeps no other waiting', async () => {
  const silent = await receiver(() => undefined)
  const { url, calls } = await receiver()
  const { send } = await start()
  await send(
    '{}',
    Array.from({ length: 40 }, () => to(silent.url)),
  )
  await send('{}', [to(url)])
  await vi.waitFor(() => expect(calls).toHaveLength(1))
  expect(silent.calls.length).toBeLessThanOrEqual(16)
})

test('a target that is too slow is asked again; one that refuses ends among the dead letters', async () => {
  const slow = await receiver((response, call) => {
    if (call > 1) response.end()
  })
  const gone = `http://127.0.0.1:${await claimPort(0, '127.0.0.1')}`
  const { queue, send, store } = await start()
  await send('{}', [to(slow.url), to(gone)])
  await delivered(store)
  expect(slow.calls).toHaveLength(2)
  expect(await queue.deadLetters()).toMatchObject([
    { url: gone, error: expect.stringContaining('ECONNREFUSED') },
  ])
})
