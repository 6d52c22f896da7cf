import type { StatusReport } from '@vedette/core/protocol/status-report'
import type { TransactionLog } from '@vedette/core/replica/transactions'
import { Counter, Gauge } from 'prom-client'
import type { Registry } from 'prom-client'

import type { Streams } from '../distribution/streams.ts'
import type { Fleet } from '../health/fleet.ts'
import type { LagOf } from '../health/lag.ts'

export interface FleetMetricsOptions {
  readonly fleet: Pick<Fleet, 'members'>
  readonly lagOf: LagOf
  readonly streams: Pick<Streams, 'audience'>
  /** The gateway's account. */
  readonly transactions: () => TransactionLog
}

/**
 * How the replicas are. The gateway and its hubs by name; browsers, which come and go, as numbers: how many are
 * healthy, and how many have the latest revision.
 */
export function addFleetMetrics(
  registry: Registry,
  { fleet, lagOf, streams, transactions }: FleetMetricsOptions,
): void {
  const registers = [registry]
  const named = (): readonly StatusReport[] =>
    fleet.members().filter(({ kind }) => kind !== 'browser')
  const gauge = (name: string, help: string, valueOf: (status: StatusReport) => number): Gauge =>
    new Gauge({
      name,
      help,
      registers,
      labelNames: ['replica', 'kind'],
      collect() {
        this.reset()
        for (const status of named()) {
          const { replica, kind } = status
          this.set({ replica, kind }, valueOf(status))
        }
      },
    })

  gauge('vedette_replica_ready', 'Whether a replica is ready', ({ ready }) => Number(ready))
  gauge('vedette_replica_healthy', 'Whether a replica is healthy', ({ healthy }) => Number(healthy))
  gauge(
    'vedette_replica_lag_revisions',
    'How many revisions a replica is behind',
    (status) => lagOf(status).revisions,
  )
  gauge(
    'vedette_replica_lag_seconds',
    'For how long a replica is behind',
    (status) => lagOf(status).seconds,
  )
  new Gauge({
    name: 'vedette_browsers',
    help: 'Browsers that were heard of',
    registers,
    labelNames: ['healthy', 'latest'],
    collect() {
      this.reset()
      for (const status of fleet.members()) {
        const latest = String(lagOf(status).revisions === 0)
        if (status.kind === 'browser') this.inc({ healthy: String(status.healthy), latest })
      }
    },
  })
  new Gauge({
    name: 'vedette_streams',
    help: 'Streams that are open, by whether their reader is behind',
    registers,
    labelNames: ['behind'],
    collect() {
      const { following, behind } = streams.audience()
      this.set({ behind: 'false' }, following)
      this.set({ behind: 'true' }, behind)
    },
  })
  new Counter({
    name: 'vedette_transactions_total',
    help: 'Transactions of the gateway that ended',
    registers,
    labelNames: ['kind', 'outcome'],
    collect() {
      this.reset()
      for (const [kind, tally] of Object.entries(transactions().statistics))
        for (const [outcome, count] of Object.entries(tally)) this.inc({ kind, outcome }, count)
    },
  })
}
