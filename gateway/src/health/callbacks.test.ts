import { createServer } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

import { expect, onTestFinished, test, vi } from 'vitest'

import type { PendingCallback } from '../catalog/store.ts'
import { startCallbacks } from './callbacks.ts'
import type { Callback, Callbacks } from './callbacks.ts'
import { createTargets } from './targets.ts'

interface Call {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

type Answer = (response: ServerResponse, call: number, request: IncomingMessage) => void

const ok: Answer = (response) => void response.end()

/** A receiver on loopback. */
async function receiver(
  answer: Answer = ok,
): Promise<{ readonly url: string; readonly calls: Call[] }> {
  const calls: Call[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method, url, headers } = request
      calls.push({ method, url, headers, body })
      answer(response, calls.length, request)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls }
}

function createStore() {
  const kept = new Map<string, PendingCallback>()
  return {
    kept,
    addCallback: (callback: PendingCallback) =>
      Promise.resolve(void kept.set(callback.id, callback)),
    callbacks: () => Promise.resolve([...kept.values()]),
    removeCallback: (id: string) => Promise.resolve(void kept.delete(id)),
  }
}

async function start(store = createStore(), allowed: readonly string[] = []) {
  const log = { info: vi.fn(), warn: vi.fn() }
  const targets = createTargets(allowed)
  const callbacks = await startCallbacks({ store, targets, log, firstRetryMs: 1 })
  onTestFinished(() => callbacks.close())
  return {
    callbacks,
    store,
    log,
    logged: () => JSON.stringify([log.info.mock.calls, log.warn.mock.calls]),
  }
}

const to = (url: string, trusted = true, how: Partial<Callback['target']> = {}): Callback => ({
  target: { url, method: 'POST', headers: { 'content-type': 'application/json' }, ...how },
  trusted,
})

const delivered = (store: ReturnType<typeof createStore>): Promise<void> =>
  vi.waitFor(() => expect(store.kept.size).toBe(0), 5_000)

test('a report is on disk first, then sent as its target wants it, and forgotten', async () => {
  const { url, calls } = await receiver()
  const { callbacks, store } = await start()
  const sending = callbacks.send('{"n":1}', [
    to(`${url}/a?b`, true, { method: 'PUT', headers: { 'x-one': '1' } }),
    to(`${url}/c`),
  ])
  await sending
  await delivered(store)
  expect(calls.toSorted((a, b) => (a.url ?? '').localeCompare(b.url ?? ''))).toMatchObject([
    { method: 'PUT', url: '/a?b', headers: { 'x-one': '1' }, body: '{"n":1}' },
    { method: 'POST', url: '/c', headers: { 'content-type': 'application/json' }, body: '{"n":1}' },
  ])
})

test('a user in the URL is basic authentication, and stays out of the log', async () => {
  const { url, calls } = await receiver()
  const { callbacks, store, logged } = await start()
  await callbacks.send('{}', [to(`${url.replace('//', '//us%40er:pass@')}/secret-path`)])
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
  const { callbacks, store } = await start()
  await callbacks.send('{"n":1}', [to(url)])
  await delivered(store)
  expect(calls.map(({ body }) => body)).toEqual(Array.from({ length: 4 }, () => '{"n":1}'))
})

test('it is given up in the end, without telling the log what it carried', async () => {
  const { url, calls } = await receiver((response) => void response.writeHead(404).end())
  const { callbacks, store, log, logged } = await start()
  const headers = { authorization: 'Bearer secret' }
  await callbacks.send('{"secret":1}', [to(`${url}/?secret`, true, { headers })])
  await delivered(store)
  expect(calls).toHaveLength(8)
  expect(log.warn).toHaveBeenCalledWith(
    { callback: expect.any(String), to: url, error: 'answered 404' },
    'callback given up',
  )
  expect(logged()).not.toContain('secret')
})

test.for([301, 302, 307, 308])('a %i is not followed', async (status) => {
  const inner = await receiver()
  const { url } = await receiver(
    (response) => void response.writeHead(status, { location: inner.url }).end(),
  )
  const { callbacks, store } = await start()
  await callbacks.send('{}', [to(url)])
  await delivered(store)
  expect(inner.calls).toEqual([])
})

test('a request may not make the gateway call inside; it is not tried twice', async () => {
  const { url, calls } = await receiver()
  const { callbacks, store, log } = await start()
  const byName = url.replace('127.0.0.1', 'localhost')
  await callbacks.send('{}', [to(url, false), to(byName, false)])
  await delivered(store)
  expect(calls).toEqual([])
  expect(log.warn.mock.calls.map(([about]: { error: string }[]) => about?.error)).toEqual([
    expect.stringContaining('is no public address'),
    expect.stringContaining('is no public address'),
  ])
})

test('what is allowed may be called by a request', async () => {
  const { url, calls } = await receiver()
  const { callbacks, store } = await start(createStore(), ['127.0.0.0/8'])
  await callbacks.send('{}', [to(url, false), to(url.replace('127.0.0.1', 'localhost'), false)])
  await delivered(store)
  expect(calls).toHaveLength(2)
})

test('what was not delivered is delivered by the next life', async () => {
  const silent = await receiver(() => undefined)
  const store = createStore()
  const first = await start(store)
  await first.callbacks.send('{"n":1}', [to(silent.url)])
  await vi.waitFor(() => expect(silent.calls).toHaveLength(1))
  await first.callbacks.close()
  expect(store.kept.size).toBe(1)
  expect(first.log.warn).not.toHaveBeenCalled()

  const { url, calls } = await receiver()
  const [pending] = store.kept.values()
  if (pending) store.kept.set(pending.id, { ...pending, url })
  await start(store)
  await delivered(store)
  expect(calls).toMatchObject([{ body: '{"n":1}' }])
})

test('a callback that no version can read is given up', async () => {
  const store = createStore()
  await store.addCallback({ id: 'old', url: 'http://a.example/', request: '{}', attempts: 0 })
  const { log } = await start(store)
  await delivered(store)
  expect(log.warn).toHaveBeenCalledOnce()
})

test('two hundred updates are two hundred reports', async () => {
  const { url, calls } = await receiver()
  const { callbacks, store } = await start()
  const send = (callbacks: Callbacks, n: number): Promise<void> =>
    callbacks.send(`{"n":${n}}`, [to(url)])
  await Promise.all(Array.from({ length: 200 }, (_, n) => send(callbacks, n)))
  await delivered(store)
  expect(new Set(calls.map(({ body }) => body)).size).toBe(200)
  expect(calls).toHaveLength(200)
})
