import { expect, test } from 'vitest'

import type { Head } from '../bundle/head.ts'
import { pdpStates } from '../bundle/head.ts'
import { mayDecide } from './standing.ts'

const head: Head = {
  scope: 'default',
  epoch: 1,
  sequence: 1,
  issued: 10_000_000,
  maxAgeMs: 60_000,
  whenOlder: 'deny',
  state: 'ACTIVE',
  parts: {},
}
const minute = 60_000

const refusal = (code: string): unknown => expect.objectContaining({ code })

test('a young head decides, to the last millisecond of its age', () => {
  for (const age of [0, minute]) expect(mayDecide(head, head.issued + age)).toBe('evaluated')
})

test('an older one denies, or goes on as the last known, as the scope says', () => {
  const now = head.issued + minute + 1
  expect(() => mayDecide(head, now)).toThrow(refusal('ERR_STALE'))
  expect(mayDecide({ ...head, whenOlder: 'last-known' }, now)).toBe('last-known')
})

test('a clock set back is staleness, a clock that is a little behind is not', () => {
  expect(mayDecide(head, head.issued - 5 * minute)).toBe('evaluated')
  const early = head.issued - 5 * minute - 1
  expect(() => mayDecide(head, early)).toThrow(refusal('ERR_STALE'))
  expect(() => mayDecide(head, early)).toThrow('of a time to come')
})

test('only ACTIVE decides, however young or old the head is', () => {
  for (const state of pdpStates.filter((each) => each !== 'ACTIVE')) {
    for (const now of [head.issued, head.issued + 2 * minute])
      expect(() => mayDecide({ ...head, state }, now)).toThrow(refusal('ERR_PASSIVE'))
  }
})

test('before the first head nothing decides', () => {
  expect(() => mayDecide(undefined, 0)).toThrow(refusal('ERR_NOT_READY'))
})
