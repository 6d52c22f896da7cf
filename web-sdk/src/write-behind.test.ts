import { createMemoryStorage } from '@vedette/core/replica/storage'
import type { ReplicaStorage, StorageChange } from '@vedette/core/replica/storage'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { writeBehind } from './write-behind.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const change = (put: object, remove: readonly string[] = []): StorageChange => ({
  put: new Map(Object.entries(put)),
  remove,
})

function world(storage: ReplicaStorage = createMemoryStorage()): {
  readonly storage: ReplicaStorage
  readonly behind: ReplicaStorage
  readonly written: () => number
  readonly close: () => void
} {
  const closing = new AbortController()
  const write = vi.spyOn(storage, 'write')
  return {
    storage,
    behind: writeBehind(storage, { delayMs: 100, signal: closing.signal }),
    written: () => write.mock.calls.length,
    close: () => closing.abort(),
  }
}

test('a burst is one write, that leaves what the changes would have', async () => {
  const { storage, behind, written } = world()
  await behind.write(change({ a: '1', b: '1' }))
  await behind.write(change({ a: '2', c: '1' }, ['b']))
  await behind.write(change({ b: '3' }, ['c']))
  expect(written()).toBe(0)
  await vi.advanceTimersByTimeAsync(100)
  expect(written()).toBe(1)
  expect(await storage.load()).toEqual(new Map(Object.entries({ a: '2', b: '3' })))
})

test('the first change of many does not wait for the last', async () => {
  const { behind, written } = world()
  for (let n = 0; n < 10; n++) {
    await behind.write(change({ n: String(n) }))
    await vi.advanceTimersByTimeAsync(30)
  }
  expect(written()).toBeGreaterThanOrEqual(2)
})

test('what waits is written when the client is closed', async () => {
  const { storage, behind, close } = world()
  await behind.write(change({ a: '1' }))
  close()
  await vi.advanceTimersByTimeAsync(0)
  expect(await storage.load()).toEqual(new Map([['a', '1']]))
})

test('what failed is told with the next change, and written with it', async () => {
  const storage = createMemoryStorage()
  const { behind } = world(storage)
  vi.mocked(storage.write).mockRejectedValueOnce(new Error('the quota is used up'))
  await behind.write(change({ a: '1', b: '1' }))
  await vi.advanceTimersByTimeAsync(100)
  await expect(behind.write(change({ a: '2' }))).rejects.toThrow('the quota is used up')
  await vi.advanceTimersByTimeAsync(100)
  await behind.write(change({ c: '1' }))
  await vi.advanceTimersByTimeAsync(100)
  expect(await storage.load()).toEqual(new Map(Object.entries({ a: '2', b: '1', c: '1' })))
})
