import type { StatusReport } from '@vedette/core/protocol/status-report'

/** Every replica's last word, kept over restarts. */
export interface Fleet {
  /** A replica told how it is. Its account replaces the one before. */
  heard(report: StatusReport): void
  members(): readonly FleetMember[]
  member(replica: string): FleetMember | undefined
}

export interface FleetMember extends StatusReport {
  /** When it was last heard, ms since 1970 on the gateway's clock. */
  readonly heardAt: number
}

export interface FleetOptions {
  /** What was kept, by replica: JSON texts of members. */
  readonly kept: ReadonlyMap<string, string>
  readonly keep: (replica: string, member: string) => Promise<void>
  readonly now?: () => number
}

/** Browsers come and go: beyond this many, the one not heard for longest is forgotten. */
const mostMembers = 5_000

export function createFleet({ kept, keep, now = Date.now }: FleetOptions): Fleet {
  const members = new Map<string, FleetMember>()
  for (const [replica, text] of kept) members.set(replica, JSON.parse(text) as FleetMember)

  return {
    heard(report) {
      const before = members.get(report.replica)
      const member = { ...report, heardAt: now() }
      members.delete(report.replica)
      members.set(report.replica, member)
      if (members.size > mostMembers) members.delete(members.keys().next().value ?? '')
      // A renewal changes nothing worth a write to disk.
      if (isNews(before, report))
        void keep(report.replica, JSON.stringify(member)).catch(() => undefined)
    },
    members: () => [...members.values()],
    member: (replica) => members.get(replica),
  }
}

function isNews(before: FleetMember | undefined, report: StatusReport): boolean {
  return (
    !before ||
    before.revision !== report.revision ||
    before.healthy !== report.healthy ||
    before.transactions.at(-1)?.number !== report.transactions.at(-1)?.number
  )
}
