import type { Logger } from 'pino'

import type { Callbacks } from './callbacks/callbacks.ts'
import { openCallbacks } from './callbacks/callbacks.ts'
import type { CatalogStore } from './catalog/store.ts'
import type { GatewayConfig } from './config.ts'
import type { Distribution } from './distribution/distribution.ts'
import type { Health } from './health/health.ts'
import type { Required } from './health/required.ts'
import { createRequired } from './health/required.ts'
import { createTargets } from './health/targets.ts'
import { followTrouble } from './health/trouble.ts'
import type { Pdp } from './pdp.ts'
import type { DataUpdates } from './sources/data-updates.ts'
import { openDataUpdates } from './sources/data-updates.ts'

export interface DataFlowOptions {
  readonly config: GatewayConfig
  readonly scope: string
  readonly store: CatalogStore
  readonly pdp: Pick<Pdp, 'name' | 'catalog'>
  readonly health: Pick<Health, 'fleet' | 'transactions' | 'awaitSources'>
  readonly distribution: Pick<Distribution, 'hubs'>
  readonly log: Logger
}

/** Data that sources and requests bring, the replicas that it is waited for, and who is told what came of it. */
export interface DataFlow {
  readonly data: DataUpdates
  readonly required: Required
  /** Which required replicas are in trouble, for the PAP. */
  readonly replicasTrouble: () => string | undefined
  readonly callbacks: Callbacks
  close(): Promise<void>
}

export async function openDataFlow(options: DataFlowOptions): Promise<DataFlow> {
  const { config, scope, store, pdp, health, distribution, log } = options
  const { catalog } = pdp
  const { fleet, transactions } = health
  const required = createRequired({
    fleet,
    latest: () => catalog.head()?.head,
    names: () => [pdp.name, ...distribution.hubs()],
  })
  const replicasTrouble = followTrouble({
    catalog,
    required,
    patienceMs: config.unhealthyAfterMs,
  })
  const targets = createTargets(config.allowedTargets)
  const callbacks = await openCallbacks({
    config: config.callbacks,
    store,
    catalog,
    fleet,
    required,
    targets,
    gateway: pdp.name,
    log,
  })
  const data = await openDataUpdates({
    config,
    scope,
    catalog,
    store,
    transactions,
    callbacks,
    targets,
  })
  health.awaitSources(data.lacking)
  return {
    data,
    required,
    replicasTrouble,
    callbacks,
    async close() {
      await data.close()
      await callbacks.close()
    },
  }
}
