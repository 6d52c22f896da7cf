import { describe, expect, test } from 'vitest'

import { createReadiness } from './readiness.ts'
import type { Lack, ReadinessOptions } from './readiness.ts'
import { noTransactions, record } from './transactions.ts'
import type { TransactionLog } from './transactions.ts'

const startedAt = 1000
const source: Lack = { what: 'source', name: 'http://a.example', since: 1000, reason: 'status 500' }
const readiness = (change: Partial<ReadinessOptions> = {}) =>
  createReadiness({
    updaters: { policy: true, data: true },
    sources: () => [],
    startedAt,
    ...change,
  })

/** `p` a policy, `d` data, `P` and `D` the ones that fail; each ends a second after the one before. */
function logOf(story: string): TransactionLog {
  return story.split('').reduce((log, letter, index) => {
    const kind = letter.toLowerCase() === 'p' ? 'policy' : 'data'
    const error = letter === letter.toLowerCase() ? '' : `failure ${index}`
    const end = (index + 1) * 1000
    return record(log, { id: `t${index}`, kind, revision: '', actions: [], error, begin: 0, end })
  }, noTransactions)
}

const noPolicy = { what: 'policy', since: startedAt, reason: 'no policy was ever in force' }

describe('ready', () => {
  test('with a first policy, and every initial source', () => {
    expect(readiness().ready(logOf(''))).toEqual([noPolicy])
    expect(readiness().ready(logOf('dP'))).toEqual([noPolicy])
    expect(readiness().ready(logOf('pPD'))).toEqual([])
    const sources = { sources: () => [source] }
    expect(readiness(sources).ready(logOf('pd'))).toEqual([source])
    expect(readiness(sources).healthy(logOf('pd'))).toEqual([source])
  })
})

describe('healthy', () => {
  test.each([
    ['p', []],
    ['pd', []],
    ['pdDd', []],
    ['pdDD', [{ what: 'data transaction', name: 't3', since: 3000, reason: 'failure 3' }]],
    ['pPd', [{ what: 'policy transaction', name: 't1', since: 2000, reason: 'failure 1' }]],
    [
      'pPD',
      [
        { what: 'policy transaction', name: 't1', since: 2000, reason: 'failure 1' },
        { what: 'data transaction', name: 't2', since: 3000, reason: 'failure 2' },
      ],
    ],
    ['d', [noPolicy]],
  ])('after %s it lacks %j', (story, lacks) => {
    expect(readiness().healthy(logOf(story))).toEqual(lacks)
  })

  test('remembers a failure that is older than the latest twenty', () => {
    expect(readiness().healthy(logOf(`pP${'d'.repeat(30)}`))).toMatchObject([{ name: 't1' }])
  })
})

test.each([
  [true, true, [noPolicy, source], ['policy', 'source', 'data transaction']],
  [true, false, [noPolicy], ['policy']],
  [false, true, [source], ['source', 'data transaction']],
  [false, false, [], []],
])('updaters: policy %s, data %s', (policy, data, ready, healthy) => {
  const switched = readiness({ updaters: { policy, data }, sources: () => [source] })
  expect(switched.ready(logOf(''))).toEqual(ready)
  expect(switched.healthy(logOf('D')).map(({ what }) => what)).toEqual(healthy)
})
