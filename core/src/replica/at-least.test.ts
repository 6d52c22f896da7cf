import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { Revision } from '../bundle/revision.ts'
import { createWaiting, mustReach, waitForRevisionMs } from './at-least.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const at = (sequence: number, epoch = 1): Revision => ({ epoch, sequence })

test('who waits goes on when the revision, or a later one, decides', async () => {
  let active: Revision | undefined
  const waiting = createWaiting(() => active)
  const done: string[] = []
  void waiting.for(at(2)).then(() => done.push('2'))
  void waiting.for(at(4)).then(() => done.push('4'))
  active = at(3)
  waiting.changed()
  await vi.advanceTimersByTimeAsync(0)
  expect(done).toEqual(['2'])
  active = at(1, 2)
  waiting.changed()
  await vi.advanceTimersByTimeAsync(0)
  expect(done).toEqual(['2', '4'])
})

test('what is reached already is not waited for, and what is not, for a moment', async () => {
  const waiting = createWaiting(() => at(3))
  await waiting.for(at(3))
  const done = vi.fn<() => void>()
  void waiting.for(at(4)).then(done)
  await vi.advanceTimersByTimeAsync(waitForRevisionMs - 1)
  expect(done).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(done).toHaveBeenCalledOnce()
})

test('an older revision does not do', () => {
  const refused = expect.objectContaining({ code: 'ERR_REVISION_NOT_REACHED' })
  expect(() => mustReach(at(3), at(4))).toThrow(refused)
  expect(() => mustReach(undefined, at(0))).toThrow(refused)
  mustReach(at(4), at(4))
  mustReach(undefined, undefined)
})
