import type { StatusReport } from '@vedette/core/protocol/status-report'
import type { Replica } from '@vedette/core/replica/replica'
import { isHealthy, isReady, noTransactions, record } from '@vedette/core/replica/transactions'
import type { TransactionLog } from '@vedette/core/replica/transactions'

import type { Catalog } from '../catalog/catalog.ts'

export interface GatewayTransactionsOptions {
  readonly own: Replica
  /** Tells of what did not compile, fit or store. */
  readonly catalog: Pick<Catalog, 'onFailed'>
  /** Called after each change with the gateway's word in the fleet. */
  readonly tell: (status: StatusReport) => void
}

/** Keeps the gateway's transactions: what its own replica activated, and what never got that far. */
export function gatewayTransactions({
  own,
  catalog,
  tell,
}: GatewayTransactionsOptions): () => TransactionLog {
  let log = noTransactions
  let seen = 0

  const status = (): StatusReport => ({
    ...own.status(),
    ready: isReady(log),
    healthy: isHealthy(log),
    transactions: [...log.recent],
    statistics: { policy: log.statistics.policy, data: log.statistics.data },
  })
  own.onChange(() => {
    for (const transaction of own.transactions().recent) {
      if (transaction.number <= seen) continue
      seen = transaction.number
      log = record(log, transaction)
    }
    tell(status())
  })
  catalog.onFailed((failure) => {
    log = record(log, { ...failure, revision: '', actions: [], end: Date.now() })
    tell(status())
  })
  return () => log
}
