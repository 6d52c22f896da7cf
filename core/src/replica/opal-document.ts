import type { Json, JsonObject } from '../json/json.ts'
import type { Transaction } from '../protocol/status-report.ts'
import type { TransactionLog } from './transactions.ts'
import { isHealthy, isReady } from './transactions.ts'

/**
 * The document OPAL keeps at `data.system.opal`: these eight members, `{}` for a transaction that never was. Who has
 * more to be ready for than transactions says so itself.
 */
export function opalDocument(
  log: TransactionLog,
  { ready, healthy }: Standing = standingIn(log),
): JsonObject {
  return {
    ready,
    healthy,
    last_policy_transaction: storeTransaction(log.last.policy),
    last_data_transaction: storeTransaction(log.last.data),
    last_failed_policy_transaction: storeTransaction(log.lastFailed.policy),
    last_failed_data_transaction: storeTransaction(log.lastFailed.data),
    transaction_policy_statistics: { ...log.statistics.policy },
    transaction_data_statistics: { ...log.statistics.data },
  }
}

/** Makes the document of an account that goes on: the very same value for as long as nothing in it changed. */
export function followOpal(
  logOf: () => TransactionLog,
  standingOf: (log: TransactionLog) => Standing = standingIn,
): () => JsonObject {
  let made: { readonly log: TransactionLog; readonly document: JsonObject } | undefined
  return () => {
    const log = logOf()
    const standing = standingOf(log)
    if (!made || made.log !== log || !isSameStanding(made.document, standing))
      made = { log, document: opalDocument(log, standing) }
    return made.document
  }
}

interface Standing {
  readonly ready: boolean
  readonly healthy: boolean
}

function standingIn(log: TransactionLog): Standing {
  return { ready: isReady(log), healthy: isHealthy(log) }
}

function isSameStanding(document: JsonObject, { ready, healthy }: Standing): boolean {
  return document['ready'] === ready && document['healthy'] === healthy
}

/** OPAL's StoreTransaction: times are naive UTC in ISO form with microseconds. */
function storeTransaction(transaction: Transaction | undefined): Json {
  if (!transaction) return {}
  const { id, actions, success, error } = transaction
  const isPolicyDone = transaction.kind === 'policy' && success
  return {
    id,
    actions: [...actions],
    transaction_type: transaction.kind,
    success,
    error,
    creation_time: naiveTime(transaction.begin),
    end_time: naiveTime(transaction.end),
    // OPAL writes null where a policy went well, and an empty text where data did.
    remotes_status: [{ remote_url: '', succeed: success, error: isPolicyDone ? null : error }],
  }
}

function naiveTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000')
}
