import type { Readiness } from '@vedette/core/replica/readiness'
import type { Hono } from 'hono'
import type { Logger } from 'pino'

import type { Callbacks } from '../../callbacks/callbacks.ts'
import type { Required } from '../../health/required.ts'
import type { Transactions } from '../../health/transactions.ts'
import type { DataUpdates } from '../../sources/data-updates.ts'
import { callbackReportDoor } from './callback-report.ts'
import { callbacksDoor } from './callbacks.ts'
import { dataConfigDoor } from './data-config.ts'
import { dataUpdaterDoor, policyDataDoor } from './data-updater.ts'
import { healthDoor } from './health.ts'
import { updatesDoor } from './updates.ts'

export interface OpalDoorsOptions {
  readonly token: string
  readonly readiness: Readiness
  readonly transactions: Pick<Transactions, 'log'>
  readonly data: DataUpdates
  /** Whether sources are fetched from at all. */
  readonly updatesData: boolean
  readonly required: Required
  readonly callbacks: Callbacks
  readonly log: Logger
}

type OpalPath =
  | '/'
  | '/data/config'
  | '/data-updater'
  | '/policy-data'
  | '/data/callback_report'
  | '/callbacks'
  | '/updates'

/** What OPAL's users know, and the register of their callbacks. */
export function opalDoors(options: OpalDoorsOptions): Readonly<Record<OpalPath, Hono>> {
  const { token, readiness, transactions, data, updatesData, required, callbacks, log } = options
  return {
    '/': healthDoor({
      token,
      ready: () => readiness.ready(transactions.log()),
      healthy: () => readiness.healthy(transactions.log()),
    }),
    '/data/config': dataConfigDoor({ token, ...data, required, callbacks }),
    '/data-updater': dataUpdaterDoor({ token, ...data, isOn: updatesData }),
    '/policy-data': policyDataDoor(),
    '/data/callback_report': callbackReportDoor({ token, log }),
    '/callbacks': callbacksDoor({ token, callbacks }),
    '/updates': updatesDoor({ token, accounts: callbacks.accounts }),
  }
}
