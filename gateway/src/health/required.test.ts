import type { Revision } from '@vedette/core/bundle/revision'
import type { StatusReport } from '@vedette/core/protocol/status-report'
import { expect, test, vi } from 'vitest'

import { openFleet } from './fleet.ts'
import { createRequired } from './required.ts'
import { browserReport } from './status-report.support.ts'

const at = (sequence: number): Revision => ({ epoch: 1, sequence })
const soon = 20
const long = 60_000

async function open(names: () => readonly string[] = () => ['own', 'hub']) {
  const store = {
    reports: () => Promise.resolve(new Map<string, string>()),
    putReport: () => Promise.resolve(),
    removeReport: () => Promise.resolve(),
  }
  const fleet = await openFleet({ store, log: { warn: vi.fn() } })
  let latest = at(1)
  const required = createRequired({ fleet, names, latest: () => latest })
  const say = (replica: string, change: Partial<StatusReport>): Promise<void> =>
    fleet.heard(browserReport(replica, { kind: 'edge', ...change }))
  return { required, say, publish: (sequence: number) => (latest = at(sequence)) }
}

const failedAt = (revision: string, error: string): StatusReport['transactions'][number] => ({
  number: 1,
  id: 'u',
  kind: 'data',
  revision,
  actions: [],
  success: false,
  error,
  begin: 1,
  end: 2,
})
const refusal = (message: string, when: number) => ({ code: 'ERR_GAP', message, at: when })

test('who holds a revision or a later one has applied it; who was never heard is pending', async () => {
  const { required, say } = await open()
  expect(required.standing(at(1))).toEqual({ applied: [], failed: [], pending: ['own', 'hub'] })
  await say('own', { revision: '1.3' })
  await say('page', { revision: '1.3', kind: 'browser' })
  expect(required.standing(at(3))).toEqual({ applied: ['own'], failed: [], pending: ['hub'] })
  expect(required.standing(at(4)).applied).toEqual([])
  expect(required.standing({ epoch: 2, sequence: 1 }).applied).toEqual([])
})

test('a browser that calls itself as a hub is not that hub', async () => {
  const { required, say } = await open(() => ['http://127.0.0.1:8787/'])
  await say('http://127.0.0.1:8787/', { revision: '1.9', kind: 'browser' })
  expect(required.standing(at(1)).pending).toEqual(['http://127.0.0.1:8787/'])
})

test('a transaction that failed is told with its error, until the replica gets over it', async () => {
  const { required, say } = await open(() => ['hub'])
  await say('hub', { revision: '1.1', transactions: [failedAt('1.2', 'ERR_X: no room')] })
  expect(required.standing(at(2)).failed).toEqual([{ replica: 'hub', error: 'ERR_X: no room' }])
  expect(required.standing(at(3)).pending).toEqual(['hub'])
  await say('hub', { revision: '1.2', transactions: [failedAt('1.2', 'ERR_X: no room')] })
  expect(required.standing(at(2)).applied).toEqual(['hub'])
})

test('a refusal speaks of what was published when it was heard first', async () => {
  const { required, say, publish } = await open(() => ['hub'])
  publish(2)
  await say('hub', { revision: '1.1', refusal: refusal('a gap', 7) })
  expect(required.standing(at(2)).failed).toEqual([{ replica: 'hub', error: 'ERR_GAP: a gap' }])
  publish(3)
  await say('hub', { revision: '1.1', refusal: refusal('a gap', 7) })
  expect(required.standing(at(3)).pending).toEqual(['hub'])
  await say('hub', { revision: '1.1', refusal: refusal('a gap again', 8) })
  expect(required.standing(at(3)).failed).toMatchObject([{ error: 'ERR_GAP: a gap again' }])
})

test('what is no revision says nothing', async () => {
  const { required, say } = await open(() => ['hub'])
  await say('hub', { revision: 'soon', transactions: [failedAt('', 'x'), failedAt('1', 'x')] })
  expect(required.standing(at(1)).pending).toEqual(['hub'])
})

test('it is settled when the last one has answered, well or not', async () => {
  const { required, say, publish } = await open()
  publish(2)
  const settled = required.settled(at(2), long)
  await say('own', { revision: '1.2' })
  const isSettled = vi.fn()
  void settled.then(isSettled)
  await say('page', { kind: 'browser', revision: '1.2' })
  expect(isSettled).not.toHaveBeenCalled()
  await say('hub', { revision: '1.1', transactions: [failedAt('1.2', 'x')] })
  expect(await settled).toEqual({
    applied: ['own'],
    failed: [{ replica: 'hub', error: 'x' }],
    pending: [],
  })
  expect((await required.settled(at(1), long)).applied).toEqual(['own', 'hub'])
})

test('it is settled after its time in any case', async () => {
  const { required, say } = await open()
  await say('own', { revision: '1.5' })
  expect(await required.settled(at(5), soon)).toMatchObject({ applied: ['own'], pending: ['hub'] })
})

test('many wait at once, in any order, each for its own revision', async () => {
  const { required, say } = await open(() => ['hub'])
  const order: number[] = []
  const all = [3, 1, 2, 5, 4, 1].map((n) =>
    required.settled(at(n), n === 4 ? soon : long).then(() => order.push(n)),
  )
  await say('hub', { revision: '1.3' })
  await all[4]
  expect(order).toEqual([1, 1, 2, 3, 4])
  await say('hub', { revision: '1.5' })
  await Promise.all(all)
})

test('without anyone to wait for it is settled at once', async () => {
  const { required } = await open(() => [])
  expect(await required.settled(at(9), long)).toEqual({ applied: [], failed: [], pending: [] })
})
