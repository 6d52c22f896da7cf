import { noTransactions, record } from '@vedette/core/replica/transactions'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'

import { openFleet } from '../health/fleet.ts'
import type { LagOf } from '../health/lag.ts'
import { browserReport } from '../health/status-report.support.ts'
import { addFleetMetrics } from './fleet-metrics.ts'
import { fleetDoor } from './fleet.ts'

const token = 'secret'
const headers = { authorization: `Bearer ${token}` }

/** Whoever is at revision 1.1 is three behind. */
const lagOf: LagOf = ({ revision }) =>
  revision === '1.1' ? { revisions: 3, seconds: 2.5 } : { revisions: 0, seconds: 0 }

async function fleetOf(...names: readonly string[]) {
  const store = {
    reports: () => Promise.resolve(new Map<string, string>()),
    putReport: () => Promise.resolve(),
    removeReport: () => Promise.resolve(),
  }
  const fleet = await openFleet({ store, log: { warn: () => undefined } })
  for (const name of names) await fleet.heard(browserReport(name))
  await fleet.heard(browserReport('hub', { kind: 'edge', revision: '1.4', engine: 'plan' }))
  await fleet.heard(browserReport('own', { kind: 'gateway', revision: '1.4', healthy: false }))
  return fleet
}

test('the fleet is for administrators', async () => {
  const door = fleetDoor({ token, fleet: await fleetOf(), lagOf })
  expect((await door.request('/')).status).toBe(401)
  expect((await door.request('/hub')).status).toBe(401)
  expect((await door.request('/constructor', { headers })).status).toBe(404)
})

test('tells of each replica how it is and how far behind', async () => {
  const door = fleetDoor({ token, fleet: await fleetOf('a', 'b', 'c'), lagOf })
  const answer = (await (await door.request('/', { headers })).json()) as {
    replicas: readonly { replica: string }[]
    counts: object
  }
  expect(answer.replicas.map(({ replica }) => replica)).toEqual(['a', 'b', 'c', 'hub', 'own'])
  expect(answer.counts).toEqual({ gateway: 1, edge: 1, browser: 3 })
  expect(answer.replicas[0]).toMatchObject({
    kind: 'browser',
    revision: '1.1',
    lag: { revisions: 3, seconds: 2.5 },
    ready: true,
    healthy: true,
  })
  const one = await door.request('/hub', { headers })
  expect(await one.json()).toMatchObject({
    replica: 'hub',
    engine: 'plan',
    lag: { revisions: 0, seconds: 0 },
    transactions: [],
    last: {},
    lastFailed: {},
  })
})

test.each([
  ['2', ['b', 'c', 'hub', 'own']],
  ['0', ['hub', 'own']],
  ['many', ['a', 'b', 'c', 'hub', 'own']],
])('of many browsers the %s heard last', async (browsers, shown) => {
  const door = fleetDoor({ token, fleet: await fleetOf('a', 'b', 'c'), lagOf })
  const answer = await door.request(`/?browsers=${browsers}`, { headers })
  const { replicas } = (await answer.json()) as { replicas: readonly { replica: string }[] }
  expect(replicas.map(({ replica }) => replica)).toEqual(shown)
})

test('is measured: hubs by name, browsers as numbers', async () => {
  const registry = new Registry()
  const attempt = { id: 'u', kind: 'data', revision: '', actions: [], begin: 1, end: 2 } as const
  const log = record(record(noTransactions, { ...attempt, error: '' }), { ...attempt, error: 'no' })
  addFleetMetrics(registry, {
    fleet: await fleetOf('a', 'b'),
    lagOf,
    streams: { audience: () => ({ following: 2, behind: 1 }) },
    transactions: () => log,
  })
  const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith('vedette'))
  expect(lines).toEqual([
    'vedette_replica_ready{replica="hub",kind="edge"} 1',
    'vedette_replica_ready{replica="own",kind="gateway"} 1',
    'vedette_replica_healthy{replica="hub",kind="edge"} 1',
    'vedette_replica_healthy{replica="own",kind="gateway"} 0',
    'vedette_replica_lag_revisions{replica="hub",kind="edge"} 0',
    'vedette_replica_lag_revisions{replica="own",kind="gateway"} 0',
    'vedette_replica_lag_seconds{replica="hub",kind="edge"} 0',
    'vedette_replica_lag_seconds{replica="own",kind="gateway"} 0',
    'vedette_browsers{healthy="true",latest="false"} 2',
    'vedette_streams{behind="false"} 2',
    'vedette_streams{behind="true"} 1',
    'vedette_transactions_total{kind="policy",outcome="successful"} 0',
    'vedette_transactions_total{kind="policy",outcome="failed"} 0',
    'vedette_transactions_total{kind="data",outcome="successful"} 1',
    'vedette_transactions_total{kind="data",outcome="failed"} 1',
  ])
})
