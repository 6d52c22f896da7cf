import type { StatusReport } from '@vedette/core/protocol/status-report'
import { noTransactions } from '@vedette/core/replica/transactions'

/** What a browser that has nothing to complain of reports. */
export function browserReport(replica: string, change: Partial<StatusReport> = {}): StatusReport {
  return {
    replica,
    kind: 'browser',
    scope: 'default',
    revision: '1.1',
    issued: 1,
    state: 'ACTIVE',
    ready: true,
    healthy: true,
    refusal: null,
    transactions: [],
    last: {},
    lastFailed: {},
    statistics: noTransactions.statistics,
    engine: null,
    versions: null,
    ...change,
  }
}
