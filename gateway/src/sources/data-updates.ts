import { VedetteError } from '@vedette/core/errors'
import type { Lack } from '@vedette/core/replica/readiness'

import type { Callbacks } from '../callbacks/callbacks.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { GatewayConfig } from '../config.ts'
import type { Targets } from '../health/targets.ts'
import type { Transactions } from '../health/transactions.ts'
import { createHttpFetcher } from './http-fetcher.ts'
import type { Places } from './prepared-entry.ts'
import type { Sources, SourcesOptions } from './sources.ts'
import { startSources } from './sources.ts'
import type { Updates, UpdatesOptions } from './updates.ts'
import { createUpdates } from './updates.ts'

/** Data updates, those that are asked for and those of the configured sources. */
export interface DataUpdates {
  /** Where a request may have data read from. */
  readonly places: Places
  readonly updates: Updates
  readonly sources: Sources
  /** Sources that were never loaded, with the latest reason. */
  lacking(): readonly Lack[]
  close(): Promise<void>
}

export interface DataUpdatesOptions {
  readonly catalog: Pick<Catalog, 'document' | 'head' | 'putData'>
  readonly store: SourcesOptions['store']
  readonly transactions: UpdatesOptions['transactions'] & Pick<Transactions, 'retell'>
  readonly targets: Targets
  readonly config: Pick<GatewayConfig, 'data' | 'updaters'>
  readonly scope: string
  readonly callbacks: Pick<Callbacks, 'accounts' | 'note'>
}

/** Begins to load the configured sources. */
export async function openDataUpdates(options: DataUpdatesOptions): Promise<DataUpdates> {
  const { config, scope, callbacks, targets } = options
  const { sources: configured, topics, fetchTimeoutMs } = config.data
  const isOn = config.updaters.data
  const subscription = { scope, topics }
  const fetchers = { HttpFetchProvider: createHttpFetcher({ timeoutMs: fetchTimeoutMs }) }
  const { failed } = callbacks.accounts
  const updates = isOn ? createUpdates({ ...options, subscription, failed }) : switchedOff
  const sources = await startSources({
    ...options,
    config: isOn ? configured : { entries: [] },
    subscription,
    fetchers,
    updates,
    note: (entries) => callbacks.note(entries, []),
    onStanding: options.transactions.retell,
  })
  return {
    places: { fetchers, targets },
    updates,
    sources,
    lacking: () => lackingIn(sources),
    async close() {
      // Sources that wait for what is being read end with it.
      await Promise.all([updates.close(), sources.close()])
    },
  }
}

const switchedOff: Updates = {
  apply: () =>
    Promise.reject(new VedetteError('ERR_UPDATER_OFF', 'OPAL_DATA_UPDATER_ENABLED is false')),
  close: () => Promise.resolve(),
}

function lackingIn(sources: Sources): readonly Lack[] {
  return sources
    .standing()
    .filter(({ isLoaded }) => !isLoaded)
    .map(({ name, since, error }) => ({
      what: 'source',
      name,
      since,
      reason: error ?? 'it is being loaded',
    }))
}
