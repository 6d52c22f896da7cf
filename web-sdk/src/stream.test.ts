import { encodePush } from '@vedette/core/protocol/messages'
import type { Push } from '@vedette/core/protocol/push'
import { protocolVersion } from '@vedette/core/protocol/version'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { follow } from './stream.ts'
import type { StreamOptions } from './stream.ts'

const push: Push = {
  protocol: protocolVersion,
  id: '',
  scope: 'default',
  entries: [],
  blobs: [],
  head: null,
}
const encoder = new TextEncoder()
type Controller = ReadableStreamDefaultController<Uint8Array>

const opened: Controller[] = []
const errors: unknown[] = []
let closing: AbortController
let events: EventTarget

beforeEach(() => {
  vi.useFakeTimers()
  closing = new AbortController()
  events = new EventTarget()
})

afterEach(async () => {
  closing.abort()
  await vi.runAllTimersAsync()
  vi.useRealTimers()
  opened.length = 0
  errors.length = 0
})

const open = async (): Promise<ReadableStream<Uint8Array>> =>
  new ReadableStream({ start: (controller) => void opened.push(controller) })
const refuse = (): Promise<never> => Promise.reject(new Error('refused'))

function start(options: Partial<StreamOptions> & { readonly open?: typeof open }): void {
  void follow({
    door: { stream: options.open ?? open },
    positions: () => ({}),
    receive: async () => true,
    onOnline: () => {},
    onError: async (error) => void errors.push(error),
    signal: closing.signal,
    events,
    random: () => 0,
    ...options,
  })
}

const send = (text: string, index = opened.length - 1): void =>
  opened[index]?.enqueue(encoder.encode(`${text}\n`))

test('attempts back off from 0.2 s to 5 s', async () => {
  const stream = vi.fn(refuse)
  start({ open: stream })
  await vi.advanceTimersByTimeAsync(0)
  for (const [index, ms] of [200, 400, 800, 1600, 3200, 5000, 5000].entries()) {
    await vi.advanceTimersByTimeAsync(ms - 1)
    expect(stream).toHaveBeenCalledTimes(index + 1)
    await vi.advanceTimersByTimeAsync(1)
    expect(stream).toHaveBeenCalledTimes(index + 2)
  }
})

test('the event `online` ends a pause', async () => {
  const stream = vi.fn(refuse)
  start({ open: stream })
  await vi.advanceTimersByTimeAsync(200 + 400 + 800)
  expect(stream).toHaveBeenCalledTimes(4)
  events.dispatchEvent(new Event('online'))
  await vi.advanceTimersByTimeAsync(0)
  expect(stream).toHaveBeenCalledTimes(5)
})

test('a push that leaves nothing lacking starts the back-off anew', async () => {
  const results = [refuse, refuse, refuse, open, open]
  const stream = vi.fn(() => (results.shift() ?? refuse)())
  start({ open: stream })
  await vi.advanceTimersByTimeAsync(200 + 400 + 800)
  send(encodePush(push))
  await vi.advanceTimersByTimeAsync(0)
  opened[0]?.close()
  await vi.advanceTimersByTimeAsync(200)
  expect(stream).toHaveBeenCalledTimes(5)
})

test('a stream that has gone silent is given up, one that beats is not', async () => {
  const online: boolean[] = []
  start({ onOnline: (is) => void online.push(is) })
  for (let beat = 0; beat < 5; beat++) {
    await vi.advanceTimersByTimeAsync(10_000)
    send(encodePush(push))
  }
  await vi.advanceTimersByTimeAsync(24_000)
  expect(opened).toHaveLength(1)
  expect(online.at(-1)).toBe(true)
  await vi.advanceTimersByTimeAsync(1_200)
  expect(opened).toHaveLength(2)
  expect(online.at(-1)).toBe(false)
})

test('a gateway that takes a question and never answers is given up', async () => {
  const signals: AbortSignal[] = []
  const stream = vi.fn((_: unknown, signal: AbortSignal) => {
    signals.push(signal)
    return new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')))
    })
  })
  start({ door: { stream } })
  await vi.advanceTimersByTimeAsync(25_200)
  expect(signals.map((signal) => signal.aborted)).toEqual([true, false])
})

test('what is lacking is asked for, from what is held then', async () => {
  const positions = [{}, { policy: 'a'.repeat(64) }]
  const stream = vi.fn(open)
  start({
    door: { stream },
    positions: () => positions.shift() ?? {},
    receive: async () => false,
  })
  await vi.advanceTimersByTimeAsync(0)
  send(encodePush(push))
  await vi.advanceTimersByTimeAsync(200)
  expect(stream.mock.calls.map(([asked]: unknown[]) => asked)).toEqual([
    {},
    { policy: 'a'.repeat(64) },
  ])
})

test('closing ends it, and nothing is asked any more', async () => {
  const stream = vi.fn(refuse)
  start({ open: stream })
  await vi.advanceTimersByTimeAsync(0)
  closing.abort()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(stream).toHaveBeenCalledTimes(1)
})

test('whatever a line holds, it is received as a push or told, and the stream asked again', async () => {
  const received: Push[] = []
  start({
    receive: async (each) => {
      received.push(each)
      return true
    },
  })
  const garbage = fc.oneof(
    fc.string().filter((text) => !text.includes('\n')),
    fc.json(),
    fc.json().map((value) => `["push",${value}]`),
    fc.nat(encodePush(push).length - 1).map((at) => encodePush(push).slice(0, at)),
  )
  await fc.assert(
    fc.asyncProperty(garbage, async (text) => {
      await vi.advanceTimersByTimeAsync(5_000)
      const [streams, told] = [opened.length, errors.length]
      send(text)
      await vi.advanceTimersByTimeAsync(5_000)
      expect(errors).toHaveLength(told + 1)
      expect(errors.at(-1)).toMatchObject({
        code: expect.stringMatching(/^ERR_(MALFORMED|PROTOCOL_VERSION)$/),
      })
      expect(opened).toHaveLength(streams + 1)
    }),
  )
  expect(received).toEqual([])
  send(encodePush(push))
  await vi.advanceTimersByTimeAsync(0)
  expect(received).toEqual([push])
})
