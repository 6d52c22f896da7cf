import type { JsonObject } from '@vedette/core/json/json'
import { followOpal } from '@vedette/core/replica/opal-document'
import type { Lack, Readiness, ReadinessOptions } from '@vedette/core/replica/readiness'
import { createReadiness } from '@vedette/core/replica/readiness'
import type { Replica } from '@vedette/core/replica/replica'
import type { Logger } from 'pino'

import type { Catalog } from '../catalog/catalog.ts'
import type { CatalogStore } from '../catalog/store.ts'
import type { Fleet } from './fleet.ts'
import { openFleet } from './fleet.ts'
import type { LagOf } from './lag.ts'
import { createLag } from './lag.ts'
import { logReports } from './report-log.ts'
import type { Transactions } from './transactions.ts'
import { createTransactions } from './transactions.ts'

export interface HealthOptions {
  readonly store: CatalogStore
  readonly catalog: Catalog
  readonly own: Replica
  /** The own replica's name in the fleet. */
  readonly pdpName: string
  readonly updaters: ReadinessOptions['updaters']
  /** Called with OPAL's document whenever it changed. */
  readonly showOpal: (document: JsonObject) => void
  readonly log: Logger
}

/** How it went: here, and at every replica. */
export interface Health {
  readonly fleet: Fleet
  readonly lagOf: LagOf
  readonly readiness: Readiness
  readonly transactions: Transactions
  /** OPAL's document of the gateway's own transactions. */
  readonly opal: () => JsonObject
  /** From now on nothing is ready before these sources are. */
  awaitSources(lacking: () => readonly Lack[]): void
}

export async function openHealth(options: HealthOptions): Promise<Health> {
  const { store, catalog, own, pdpName, updaters, showOpal, log } = options
  const fleet = await openFleet({ store, log })
  logReports(fleet, log)
  let lacking: () => readonly Lack[] = () => []
  const readiness = createReadiness({
    updaters,
    sources: () => lacking(),
    startedAt: Date.now(),
  })
  const transactions = createTransactions({
    own,
    catalog,
    readiness,
    before: fleet.member(pdpName),
    tell(status) {
      showOpal(opal())
      void fleet.heard(status)
    },
    log,
  })
  const opal = followOpal(transactions.log, transactions.standing)
  return {
    fleet,
    lagOf: createLag(catalog),
    readiness,
    transactions,
    opal,
    awaitSources(sources) {
      lacking = sources
      transactions.retell()
    },
  }
}
