import { noTransactions } from '@vedette/core/replica/transactions'
import { expect, test, vi } from 'vitest'

import { openFleet } from './fleet.ts'
import type { FleetOptions } from './fleet.ts'
import { browserReport } from './status-report.support.ts'

const { statistics } = noTransactions

function createStore() {
  const kept = new Map<string, string>()
  return {
    kept,
    reports: () => Promise.resolve(kept),
    putReport: vi.fn((replica: string, text: string) =>
      Promise.resolve(void kept.set(replica, text)),
    ),
    removeReport: vi.fn((replica: string) => Promise.resolve(void kept.delete(replica))),
  }
}

const log = { warn: vi.fn() }
let clock = 0
const open = (store = createStore(), options: Partial<FleetOptions> = {}) =>
  openFleet({ store, log, now: () => ++clock, ...options })

test("a replica's last word replaces the one before, and outlives a restart", async () => {
  const store = createStore()
  const fleet = await open(store)
  await fleet.heard(browserReport('a'))
  await fleet.heard(browserReport('b'))
  await fleet.heard(browserReport('a', { revision: '1.2' }))
  expect(fleet.members().map(({ replica }) => replica)).toEqual(['b', 'a'])
  const again = await open(store)
  expect(again.members()).toEqual(fleet.members())
  expect(again.member('a')).toMatchObject({ revision: '1.2', heardAt: clock })
  expect(again.member('__proto__')).toBeUndefined()
})

test('what has nothing new is not written', async () => {
  const store = createStore()
  const fleet = await open(store)
  await fleet.heard(browserReport('a'))
  await fleet.heard(browserReport('a', { issued: 2 }))
  expect(store.putReport).toHaveBeenCalledOnce()
  const refusal = { code: 'ERR_GAP', message: '', at: 1 }
  const news = [
    { revision: '1.2' },
    { state: 'PASSIVE' as const },
    { ready: false },
    { healthy: false },
    { refusal },
    { statistics: { ...statistics, data: { successful: 1, failed: 0 } } },
  ]
  for (const change of news) {
    await fleet.heard(browserReport('a'))
    store.putReport.mockClear()
    await fleet.heard(browserReport('a', change))
    expect(store.putReport, JSON.stringify(change)).toHaveBeenCalledOnce()
  }
})

test('the fleet is bounded, in memory and on disk', async () => {
  const store = createStore()
  const fleet = await open(store, { mostMembers: 3 })
  for (const replica of ['a', 'b', 'c', 'a', 'd', 'e']) await fleet.heard(browserReport(replica))
  expect(fleet.members().map(({ replica }) => replica)).toEqual(['a', 'd', 'e'])
  expect([...store.kept.keys()].toSorted()).toEqual(['a', 'd', 'e'])
})

test('however many browsers report, the gateway and its hubs stay', async () => {
  const fleet = await open(createStore(), { mostMembers: 3 })
  await fleet.heard(browserReport('gateway', { kind: 'gateway' }))
  await fleet.heard(browserReport('hub', { kind: 'edge' }))
  for (const replica of ['a', 'b', 'c', 'd']) await fleet.heard(browserReport(replica))
  expect(fleet.members().map(({ replica }) => replica)).toEqual(['gateway', 'hub', 'd'])
})

test('browsers that say much are remembered less', async () => {
  const store = createStore()
  const fleet = await open(store)
  const text = 'x'.repeat(4_000)
  const transactions = Array.from({ length: 20 }, (_, n) => ({
    number: n + 1,
    id: text,
    kind: 'data' as const,
    revision: '1.1',
    actions: Array<string>(20).fill(text),
    success: false,
    error: text,
    begin: 1,
    end: 2,
  }))
  for (let n = 0; n < 50; n++) await fleet.heard(browserReport(`page-${n}`, { transactions }))
  const size = JSON.stringify(fleet.members()).length
  expect(size).toBeLessThan(64 * 1024 * 1024)
  expect(fleet.members().at(-1)?.replica).toBe('page-49')
  expect(store.kept.size).toBe(fleet.members().length)
})

test('one write is under way at a time, and it is the latest word', async () => {
  const store = createStore()
  const writing: (() => void)[] = []
  store.putReport.mockImplementation(
    (replica, text) =>
      new Promise((resolve) => writing.push(() => resolve(void store.kept.set(replica, text)))),
  )
  const fleet = await open(store)
  const heard = Promise.all([
    fleet.heard(browserReport('a')),
    fleet.heard(browserReport('b')),
    fleet.heard(browserReport('b', { revision: '1.9' })),
  ])
  for (let write = 0; write < 3; write += 1) {
    await vi.waitFor(() => expect(writing).toHaveLength(write + 1))
    writing[write]?.()
  }
  await heard
  expect(store.kept.get('b')).toContain('"1.9"')
})

test('a store that fails is told to the log; what another version kept is left out', async () => {
  const store = createStore()
  store.kept.set('old', '{"replica":"old"}').set('broken', '{')
  store.putReport.mockRejectedValue(new Error('disk full'))
  const fleet = await open(store)
  expect(fleet.members()).toEqual([])
  await fleet.heard(browserReport('a'))
  expect(fleet.member('a')).toBeDefined()
  expect(log.warn).toHaveBeenCalledWith({ replica: 'a', error: 'disk full' }, expect.any(String))
})

/** Twenty transactions, the last of which is the `latest`. */
const twenty = (latest: number) =>
  Array.from({ length: 20 }, (_, index) => {
    const number = latest - 19 + index
    const times = { begin: number, end: number }
    return { number, id: `t${number}`, kind: 'data', ...outcome, ...times } as const
  })
const outcome = { revision: '1.1', actions: [], success: true, error: '' }

test('what is told once is remembered, and nothing new is not written', async () => {
  const store = createStore()
  const fleet = await open(store)
  await fleet.heard(browserReport('a', { transactions: [...twenty(20)] }))
  store.putReport.mockClear()
  await fleet.heard(browserReport('a', { issued: 2 }))
  expect(fleet.member('a')?.transactions).toHaveLength(20)
  expect(store.putReport).not.toHaveBeenCalled()
})

test.each([
  ['edge', [20, 25], numbers(1, 25)],
  ['edge', [20, 25, 90], [...numbers(1, 25), ...numbers(71, 90)]],
  ['edge', [20, 40, 60, 80], numbers(31, 80)],
  ['edge', [80, 20], numbers(1, 20)],
  ['browser', [20, 25], numbers(6, 25)],
] as const)('of %s transactions told up to %j it keeps', async (kind, told, kept) => {
  const fleet = await open()
  for (const latest of told)
    await fleet.heard(browserReport('a', { kind, transactions: [...twenty(latest)] }))
  expect(fleet.member('a')?.transactions.map(({ number }) => number)).toEqual(kept)
})

function numbers(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
