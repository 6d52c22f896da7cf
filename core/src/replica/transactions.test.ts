import { describe, expect, test } from 'vitest'

import type { Entry, SignedEntry } from '../bundle/entry.ts'
import type { Json } from '../json/json.ts'
import { opalDocument } from './opal-document.ts'
import type { Attempt, TransactionLog } from './transactions.ts'
import { attemptsOf, isHealthy, isReady, noTransactions, record } from './transactions.ts'

const attempt: Attempt = {
  id: 'ff263a6f90574e69867313a777bbc90e',
  kind: 'data',
  revision: '1.2',
  actions: ['set_policy_data'],
  error: '',
  begin: Date.UTC(2026, 10, 21, 22, 50, 53, 811),
  end: Date.UTC(2026, 10, 21, 22, 50, 53, 823),
}
const failed: Attempt = { ...attempt, error: 'ERR_ACTIVATION: no' }
const policy: Attempt = { ...attempt, kind: 'policy', actions: ['set_policies'] }

function logOf(...attempts: readonly Attempt[]): TransactionLog {
  return attempts.reduce(record, noTransactions)
}

describe('the log', () => {
  test('keeps the latest twenty, and their numbers rise without a gap', () => {
    const log = logOf(...Array.from({ length: 1000 }, () => attempt))
    expect(log.recent.map(({ number }) => number)).toEqual(
      Array.from({ length: 20 }, (_, index) => 981 + index),
    )
    expect(log.statistics.data).toEqual({ successful: 1000, failed: 0 })
  })

  test('remembers the latest of each kind, failed or not, and the latest that failed', () => {
    const log = logOf(policy, attempt, failed, attempt)
    expect(log.last.policy?.number).toBe(1)
    expect(log.last.data).toMatchObject({ number: 4, success: true })
    expect(log.lastFailed).toEqual({ data: log.recent[2] })
    expect(log.statistics).toEqual({
      policy: { successful: 1, failed: 0 },
      data: { successful: 2, failed: 1 },
    })
  })

  test('the same policies again, with their wasm, are no other transaction', () => {
    const again = { ...policy, revision: '1.3' }
    expect(logOf(policy, again)).toEqual(logOf(policy))
    expect(logOf(policy, { ...again, error: 'no' }).statistics.policy.failed).toBe(1)
    expect(logOf(policy, { ...again, id: 'other' }, policy).statistics.policy.successful).toBe(3)
  })

  test('is ready with the first policy, healthy while the latest of each kind went well', () => {
    const standing = (...attempts: Attempt[]): readonly boolean[] => {
      const log = logOf(...attempts)
      return [isReady(log), isHealthy(log)]
    }
    expect(standing()).toEqual([false, false])
    expect(standing(attempt)).toEqual([false, false])
    expect(standing({ ...policy, error: 'no' })).toEqual([false, false])
    expect(standing(policy)).toEqual([true, true])
    expect(standing(policy, failed)).toEqual([true, false])
    expect(standing(policy, failed, attempt)).toEqual([true, true])
  })
})

describe('attempts', () => {
  const step = (change: Partial<Entry>): SignedEntry => ({
    position: '',
    statement: '',
    entry: {
      scope: 'default',
      part: 'data',
      epoch: 1,
      sequence: 1,
      kind: 'snapshot',
      prev: null,
      content: '',
      transaction: { id: 'a', kind: 'policy' },
      ...change,
    },
  })

  const outcome = { begin: 1, end: 2, error: '' }

  test('are one for each transaction, in the order they were written', () => {
    const steps = [
      step({ part: 'policy', sequence: 2 }),
      step({ epoch: 2, sequence: 1, transaction: { id: 'b', kind: 'data' }, kind: 'patch' }),
      step({ sequence: 2 }),
    ]
    expect(attemptsOf(steps, outcome)).toEqual([
      {
        id: 'a',
        kind: 'policy',
        revision: '1.2',
        actions: ['set_policies', 'set_policy_data'],
        ...outcome,
      },
      { id: 'b', kind: 'data', revision: '2.1', actions: ['patch_policy_data'], ...outcome },
    ])
  })

  test('policies whose wasm followed later are one with the data they came with, others not', () => {
    const wrote = (sequence: number, id: string, part: Entry['part']): SignedEntry =>
      step({ sequence, part, transaction: { id, kind: 'policy' } })
    const steps = [wrote(1, 'a', 'data'), wrote(3, 'a', 'policy'), wrote(4, 'b', 'policy')]
    const update = step({ sequence: 2, transaction: { id: 'u', kind: 'data' }, kind: 'patch' })
    const attempts = attemptsOf([...steps, update, wrote(5, 'a', 'policy')], outcome)
    expect(attempts.map(({ id, revision, actions }) => [id, revision, actions])).toEqual([
      ['a', '1.3', ['set_policy_data', 'set_policies']],
      ['u', '1.2', ['patch_policy_data']],
      ['b', '1.4', ['set_policies']],
      ['a', '1.5', ['set_policies']],
    ])
  })
})

describe('the document of OPAL', () => {
  /** As an OPAL client 0.9.9 had it after one policy and two data updates. */
  const captured = {
    healthy: true,
    last_data_transaction: {
      actions: ['set_policy_data'],
      creation_time: '2026-11-21T22:50:53.811881',
      end_time: '2026-11-21T22:50:53.823767',
      error: '',
      id: 'ff263a6f90574e69867313a777bbc90e',
      remotes_status: [{ error: '', remote_url: '', succeed: true }],
      success: true,
      transaction_type: 'data',
    },
    last_failed_data_transaction: {},
    last_failed_policy_transaction: {},
    last_policy_transaction: {
      actions: ['set_policies'],
      creation_time: '2026-11-21T22:50:08.044110',
      end_time: '2026-11-21T22:50:08.089663',
      error: '',
      id: '8de9f160f76f4cd337e90cd2d57b4aebf45f5464',
      remotes_status: [{ error: null, remote_url: 'http://127.0.0.1:17002/policy', succeed: true }],
      success: true,
      transaction_type: 'policy',
    },
    ready: true,
    transaction_data_statistics: { failed: 0, successful: 2 },
    transaction_policy_statistics: { failed: 0, successful: 1 },
  }

  test('has the members and types of a captured one', () => {
    const log = logOf({ ...policy, id: captured.last_policy_transaction.id }, attempt, attempt)
    expect(shapeOf(opalDocument(log))).toEqual(shapeOf(captured))
  })

  test('says times as OPAL does, and what failed', () => {
    expect(opalDocument(logOf(policy, failed))).toMatchObject({
      ready: true,
      healthy: false,
      last_failed_data_transaction: {
        creation_time: '2026-11-21T22:50:53.811000',
        success: false,
        error: 'ERR_ACTIVATION: no',
        remotes_status: [{ succeed: false, error: 'ERR_ACTIVATION: no' }],
      },
      transaction_data_statistics: { successful: 0, failed: 1 },
    })
  })

  test('of nothing is what a fresh client has', () => {
    const none = { successful: 0, failed: 0 }
    expect(opalDocument(noTransactions)).toEqual({
      ready: false,
      healthy: false,
      last_policy_transaction: {},
      last_data_transaction: {},
      last_failed_policy_transaction: {},
      last_failed_data_transaction: {},
      transaction_policy_statistics: none,
      transaction_data_statistics: none,
    })
  })
})

/** Members with types in place of values; of texts, how digits and letters lie in a time. */
function shapeOf(value: Json): Json {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]))
  }
  if (typeof value === 'string' && value.includes('T')) return value.replaceAll(/\d/g, '0')
  return value === null ? null : typeof value
}
