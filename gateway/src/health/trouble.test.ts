import { compareRevisions } from '@vedette/core/bundle/revision'
import type { Revision } from '@vedette/core/bundle/revision'
import { expect, test } from 'vitest'

import { followTrouble } from './trouble.ts'
import type { TroubleOptions } from './trouble.ts'

const at = (sequence: number): Revision => ({ epoch: 1, sequence })

type Listener = Parameters<TroubleOptions['catalog']['onPublished']>[0]

/** A fleet of one hub, which holds what `hub.holds` says, and a clock. */
function open(): {
  readonly reason: () => string | undefined
  readonly publish: (sequence: number) => void
  readonly hub: { holds: number; error: string }
  readonly pass: (ms: number) => void
} {
  let nowMs = 1_000_000
  const hub = { holds: 0, error: '' }
  const listeners: Listener[] = []
  const reason = followTrouble({
    catalog: { head: () => undefined, onPublished: (listener) => void listeners.push(listener) },
    patienceMs: 30_000,
    now: () => nowMs,
    required: {
      standing(revision) {
        if (compareRevisions(at(hub.holds), revision) >= 0)
          return { applied: ['hub'], failed: [], pending: [] }
        if (hub.error === '') return { applied: [], failed: [], pending: ['hub'] }
        return { applied: [], failed: [{ replica: 'hub', error: hub.error }], pending: [] }
      },
    },
  })
  const publish = (sequence: number): void => {
    const publication = { head: { head: at(sequence) } } as Parameters<Listener>[0]
    for (const listener of listeners) void listener(publication)
  }
  return { reason, publish, hub, pass: (ms) => (nowMs += ms) }
}

test('nobody is in trouble before anything was published, or while there is time', () => {
  const { reason, publish, pass } = open()
  expect(reason()).toBeUndefined()
  publish(1)
  pass(29_999)
  expect(reason()).toBeUndefined()
})

test('who has not applied it in time lags, until it has', () => {
  const { reason, publish, hub, pass } = open()
  publish(1)
  pass(30_000)
  expect(reason()).toBe('hub lags behind 1.1 for more than 30 s')
  hub.holds = 1
  expect(reason()).toBeUndefined()
})

test('who fails says why', () => {
  const { reason, publish, hub, pass } = open()
  hub.error = 'ERR_GAP: a gap'
  publish(1)
  pass(30_000)
  expect(reason()).toBe('hub failed: ERR_GAP: a gap')
})

test('who follows a stream of updates a little late is not in trouble, who stands still is', () => {
  const { reason, publish, hub, pass } = open()
  for (let sequence = 1; sequence <= 1_000; sequence++) {
    publish(sequence)
    pass(100)
    if (sequence < 500) hub.holds = sequence - 100
    if (sequence < 600) expect(reason()).toBeUndefined()
  }
  expect(reason()).toMatch(/^hub lags behind 1\.7\d\d /)
})
