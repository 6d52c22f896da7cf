import { messageOf } from '@vedette/core/errors'
import { StatusReportSchema } from '@vedette/core/protocol/status-report'
import type { StatusReport, Transaction } from '@vedette/core/protocol/status-report'
import type { Logger } from 'pino'
import * as v from 'valibot'

import type { CatalogStore } from '../catalog/store.ts'
import { createTurns } from '../catalog/turns.ts'
import { createMembers } from './members.ts'

/** Every replica's last word, kept over restarts. */
export interface Fleet {
  /**
   * A replica told how it is; its account replaces the one before at once. Resolves when what is new in it is on
   * disk, or could not be brought there, which the log says.
   */
  heard(report: StatusReport): Promise<void>
  /** Called with each account as soon as it replaced the one before. */
  onHeard(listener: (report: StatusReport) => void): void
  /** The one heard last is the last. */
  members(): readonly FleetMember[]
  member(replica: string): FleetMember | undefined
}

export interface FleetOptions {
  readonly store: Pick<CatalogStore, 'reports' | 'putReport' | 'removeReport'>
  readonly log: Pick<Logger, 'warn'>
  readonly now?: () => number
  /** Browsers come and go: beyond this many, the one not heard for longest is forgotten. Default 5,000. */
  readonly mostMembers?: number
}

const FleetMemberSchema = v.object({
  ...StatusReportSchema.entries,
  /** When it was last heard, ms since 1970 on the gateway's clock. */
  heardAt: v.number(),
})
export type FleetMember = v.InferOutput<typeof FleetMemberSchema>

export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const { store, log, now = Date.now, mostMembers = 5_000 } = options
  const members = createMembers(mostMembers)
  // One at a time: a write of the catalogue never waits behind a whole fleet.
  const turns = createTurns()
  const listeners: ((report: StatusReport) => void)[] = []

  async function keep(replica: string): Promise<void> {
    const member = members.get(replica)
    if (member) await store.putReport(replica, JSON.stringify(member))
    else await store.removeReport(replica)
  }

  function keepSoon(replica: string): Promise<void> {
    return turns
      .run(() => keep(replica))
      .catch((error: unknown) =>
        log.warn({ replica, error: messageOf(error) }, "a replica's report was not kept"),
      )
  }

  function take(member: FleetMember): void {
    for (const forgotten of members.put(member)) void keepSoon(forgotten)
  }

  const kept = [...(await store.reports()).values()].flatMap(readMember)
  for (const member of kept.toSorted((a, b) => a.heardAt - b.heardAt)) take(member)
  return {
    async heard(report) {
      const before = members.get(report.replica)
      const member = { ...report, transactions: historyOf(report, before), heardAt: now() }
      take(member)
      for (const listener of listeners) listener(report)
      if (isNews(before, member)) await keepSoon(report.replica)
    },
    onHeard: (listener) => void listeners.push(listener),
    members: () => members.all(),
    member: (replica) => members.get(replica),
  }
}

/** A report can hold 50; browsers are many. */
const longestHistory = { gateway: 50, edge: 50, browser: 20 }

/** Its transactions, and those told before that it tells no more. */
function historyOf(report: StatusReport, before: FleetMember | undefined): Transaction[] {
  const { kind, transactions } = report
  const [oldest] = transactions
  if (!before || !oldest) return before?.transactions ?? transactions
  const numberOf = (all: readonly Transaction[]): number => all.at(-1)?.number ?? 0
  // It lost its memory, and counts anew.
  if (numberOf(transactions) < numberOf(before.transactions)) return transactions
  const older = before.transactions.filter(({ number }) => number < oldest.number)
  return [...older, ...transactions].slice(-longestHistory[kind])
}

/** What another version kept may be of another shape: that replica tells anew. */
function readMember(text: string): readonly FleetMember[] {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), FleetMemberSchema), text)
  return read.success ? [read.output] : []
}

/** A renewed head changes nothing worth a write to disk. */
function isNews(before: FleetMember | undefined, report: StatusReport): boolean {
  return before === undefined || gistOf(before) !== gistOf(report)
}

function gistOf(report: StatusReport): string {
  const { revision, state, ready, healthy, refusal, statistics, transactions } = report
  const latest = transactions.at(-1)?.number
  return JSON.stringify([revision, state, ready, healthy, refusal?.code, statistics, latest])
}
