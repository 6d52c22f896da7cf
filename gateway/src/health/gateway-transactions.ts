import type { Replica } from '@vedette/core/replica/replica'
import { noTransactions, record } from '@vedette/core/replica/transactions'
import type { TransactionLog } from '@vedette/core/replica/transactions'

import type { Catalog } from '../catalog/catalog.ts'

/**
 * The gateway's transactions: what its own replica activated, and what never got that far because it did not
 * compile, fit or store.
 */
export function gatewayTransactions(
  own: Replica,
  catalog: Pick<Catalog, 'onFailed'>,
): () => TransactionLog {
  let log = noTransactions
  let seen = 0

  own.onChange(() => {
    for (const transaction of own.transactions().recent) {
      if (transaction.number <= seen) continue
      seen = transaction.number
      log = record(log, transaction)
    }
  })
  catalog.onFailed((failure) => {
    log = record(log, { ...failure, revision: '', actions: [], end: Date.now() })
  })
  return () => log
}
