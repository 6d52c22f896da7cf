import type { StatusReport } from '@vedette/core/protocol/status-report'
import type { Logger } from 'pino'

import type { Fleet } from './fleet.ts'

/** Writes a line to the log for each transaction that a hub reports, with its id. Browsers are too many for that. */
export function logReports(
  fleet: Pick<Fleet, 'members' | 'onHeard'>,
  log: Pick<Logger, 'info' | 'warn'>,
): void {
  const latest = new Map(fleet.members().map((member) => [member.replica, latestOf(member)]))
  fleet.onHeard((report) => {
    const { replica, kind, transactions } = report
    if (kind !== 'edge') return
    const known = latest.get(replica) ?? 0
    const now = latestOf(report)
    latest.set(replica, now)
    for (const { id, number, revision, success, error } of transactions) {
      // Who counts less than before lost its memory, and all it says is new.
      if (number <= known && now >= known) continue
      const line = { transaction: id, step: 'reported', replica, revision }
      if (success) log.info(line, 'transaction reported')
      else log.warn({ ...line, error }, 'transaction reported: failed')
    }
  })
}

function latestOf({ transactions }: Pick<StatusReport, 'transactions'>): number {
  return transactions.at(-1)?.number ?? 0
}
