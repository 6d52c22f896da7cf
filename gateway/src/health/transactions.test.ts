import type { Transaction } from '@vedette/core/protocol/status-report'
import { createReadiness } from '@vedette/core/replica/readiness'
import type { Replica } from '@vedette/core/replica/replica'
import { noTransactions, record } from '@vedette/core/replica/transactions'
import { expect, test, vi } from 'vitest'

import type { Failure } from '../catalog/catalog.ts'
import { browserReport } from './status-report.support.ts'
import { createTransactions } from './transactions.ts'
import type { TransactionsOptions } from './transactions.ts'

/** The own replica and the catalogue, as far as they are listened to. */
function createWorld(before?: TransactionsOptions['before']) {
  let account = noTransactions
  let changed = (): void => undefined
  let failed: (failure: Failure) => void = () => undefined
  const status = browserReport('own', { kind: 'gateway', revision: '1.9' })
  const own = {
    status: () => status,
    transactions: () => account,
    onChange: (listener: () => void) => void (changed = listener),
  } as unknown as Replica
  const log = { info: vi.fn(), warn: vi.fn() }
  const tell = vi.fn<TransactionsOptions['tell']>()
  const updaters = { policy: true, data: true }
  const readiness = createReadiness({ updaters, sources: () => [], startedAt: 1 })
  const catalog = { onFailed: (listener: typeof failed) => void (failed = listener) }
  return {
    log,
    tell,
    transactions: createTransactions({ own, catalog, readiness, before, tell, log }),
    changed: () => changed(),
    failed: (failure: Failure) => failed(failure),
    activates(id: string, change: Partial<Transaction> = {}) {
      const attempt = { id, kind: 'data' as const, revision: '1.9', actions: ['set_policy_data'] }
      account = record(account, { ...attempt, error: '', begin: 1, end: 2, ...change })
    },
  }
}

test('is one from its beginning to its end, with what the own replica made of it', async () => {
  const { transactions, activates, log, tell } = createWorld()
  const revision = await transactions.transaction('u1', 'data', async (tx) => {
    tx.step('fetched', { entries: 1 })
    activates('u1')
    tx.step('saved', { revision: '1.9' })
    return '1.9'
  })
  expect(revision).toBe('1.9')
  const { recent, statistics } = transactions.log()
  expect(recent).toMatchObject([
    { number: 1, id: 'u1', success: true, revision: '1.9', actions: ['set_policy_data'] },
  ])
  expect(recent[0]?.begin).toBeGreaterThan(2)
  expect(statistics.data).toEqual({ successful: 1, failed: 0 })
  expect(log.info.mock.calls.map(([line]) => line)).toEqual([
    { transaction: 'u1', kind: 'data', step: 'received' },
    { transaction: 'u1', kind: 'data', step: 'fetched', entries: 1 },
    { transaction: 'u1', kind: 'data', step: 'saved', revision: '1.9' },
  ])
  expect(tell).toHaveBeenLastCalledWith(expect.objectContaining({ last: { data: recent[0] } }))
})

test('fails by throwing, once, whoever else noticed', async () => {
  const { transactions, failed, log } = createWorld()
  const error = 'GET http://data.example answered 500'
  const failing = transactions.transaction('u1', 'data', async () => {
    failed({ id: 'u1', kind: 'data', error, begin: 1 })
    throw new Error(error)
  })
  await expect(failing).rejects.toThrow(error)
  expect(transactions.log()).toMatchObject({
    recent: [{ id: 'u1', success: false, error, actions: [], revision: '' }],
    lastFailed: { data: { id: 'u1' } },
    statistics: { data: { successful: 0, failed: 1 } },
  })
  expect(log.warn).toHaveBeenCalledWith(
    { transaction: 'u1', kind: 'data', step: 'failed', error },
    'transaction failed',
  )
})

test('failed when the own replica could not activate what was saved', async () => {
  const { transactions, activates } = createWorld()
  await transactions.transaction('u1', 'data', async () =>
    activates('u1', { success: false, error: 'ERR_ACTIVATION: no memory' }),
  )
  expect(transactions.log().last.data).toMatchObject({
    success: false,
    error: 'ERR_ACTIVATION: no memory',
  })
})

test('of others is noted as they come', async () => {
  const { transactions, activates, changed, failed, log } = createWorld()
  activates('p1', { kind: 'policy' })
  changed()
  changed()
  const error = 'p.rego:1:1: rego_parse_error: no'
  failed({ id: 'p2', kind: 'policy', error, begin: 1 })
  expect(log.warn.mock.calls).toEqual([
    [{ transaction: 'p2', kind: 'policy', step: 'failed', error }, 'transaction failed'],
  ])
  const two = ['a', 'b'].map((id) =>
    transactions.transaction(id, 'data', async () => activates(id)),
  )
  await Promise.all(two)
  expect(transactions.log().recent.map(({ id, success }) => [id, success])).toEqual([
    ['p1', true],
    ['p2', false],
    ['a', true],
    ['b', true],
  ])
})

test('goes on after a restart, where what is activated again is no news', () => {
  const first = createWorld()
  first.activates('p1', { kind: 'policy', revision: '1.1' })
  first.activates('u1', { revision: '1.2' })
  first.changed()
  first.failed({ id: 'u2', kind: 'data', error: 'no', begin: 1 })
  const [before] = first.tell.mock.lastCall ?? []
  // Killed while an update was under way: the last word is of its revision already, the account is not.
  const { transactions, activates, changed } = createWorld(before && { ...before, revision: '1.3' })
  expect(transactions.log()).toEqual(first.transactions.log())
  activates('p1', { kind: 'policy', revision: '1.1' })
  activates('u1', { revision: '1.2' })
  changed()
  expect(transactions.log()).toEqual(first.transactions.log())
  activates('u3', { revision: '1.3' })
  changed()
  expect(transactions.log().last.data).toMatchObject({ id: 'u3', number: 4 })
})

test('keeps what a report can carry', async () => {
  const { transactions } = createWorld()
  const failing = transactions.transaction('u1', 'data', async () => {
    throw new Error('e'.repeat(100_000))
  })
  await expect(failing).rejects.toThrow()
  expect(transactions.log().last.data?.error).toHaveLength(4000)
})
