import type { Logger } from 'pino'

import type { Catalog } from '../catalog/catalog.ts'
import type { CatalogStore } from '../catalog/store.ts'
import type { Fleet } from '../health/fleet.ts'
import type { Required } from '../health/required.ts'
import type { Targets } from '../health/targets.ts'
import { openAccounts } from './accounts.ts'
import type { Accounts, AccountsOptions } from './accounts.ts'
import { configuredOf, readCallbacks, readDefaults, targetOf } from './config.ts'
import type { CallbackTarget, UpdateCallback } from './config.ts'
import { writeNote } from './note.ts'
import type { Disclosed, ReportedEntry } from './note.ts'
import { openQueue } from './queue.ts'
import type { CallbackQueue } from './queue.ts'
import { openRegister } from './register.ts'
import type { Register } from './register.ts'
import { createTeller } from './teller.ts'

/** Everyone who wants to hear how an update went does: at least once, whoever dies in between. */
export interface Callbacks {
  readonly accounts: Accounts
  readonly queue: Omit<CallbackQueue, 'close' | 'deliver'>
  readonly register: Register
  /** Where an update's own callbacks go. Fails with `ERR_TARGET` for an address that no request may have called. */
  oneTime(callback: UpdateCallback): readonly CallbackTarget[]
  /** What the catalogue is to keep with an update, or `accounts.failed` is to tell. */
  note(entries: readonly ReportedEntry[], oneTime: readonly CallbackTarget[]): string
  close(): Promise<void>
}

export interface CallbacksConfig {
  /** False: only one-time and registered callbacks are called. */
  readonly enabled: boolean
  /** `OPAL_DEFAULT_UPDATE_CALLBACKS` and `OPAL_DEFAULT_UPDATE_CALLBACK_CONFIG`, as they are set. */
  readonly defaults: string | undefined
  readonly config: string | undefined
  readonly per: AccountsOptions['per']
  readonly discloses: readonly Disclosed[]
  readonly secret: string | undefined
}

export interface CallbacksOptions {
  readonly config: CallbacksConfig
  readonly store: CatalogStore
  readonly catalog: Pick<Catalog, 'onFailed' | 'onPublished'>
  readonly fleet: Pick<Fleet, 'members' | 'onHeard'>
  readonly required: Required
  readonly targets: Targets
  /** The gateway's name in the fleet. */
  readonly gateway: string
  readonly log: Pick<Logger, 'info' | 'warn'>
}

/** Takes up what an earlier life left untold or undelivered. */
export async function openCallbacks(options: CallbacksOptions): Promise<Callbacks> {
  const { config, store, targets, log } = options
  const { per, secret } = config
  const defaults = readDefaults(config.config)
  const asked = readCallbacks(config.enabled ? config.defaults : undefined)
  const configured = configuredOf(asked, defaults)
  const register = await openRegister({ store, targets, configured, defaults })
  const queue = await openQueue({ store, targets, log, ...(secret && { secret }) })
  const teller = createTeller({ store, queue, register, log })
  const accounts = await openAccounts({ ...options, teller, per })
  return {
    accounts,
    queue,
    register,
    oneTime(callback) {
      const oneTime = configuredOf(callback, defaults).map(targetOf)
      for (const { url } of oneTime) targets.check(url)
      return oneTime
    },
    note: (entries, oneTime) => writeNote(entries, oneTime, config.discloses),
    async close() {
      await accounts.close()
      await queue.close()
    },
  }
}
