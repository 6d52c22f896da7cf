import type { SignedEntry, TransactionName } from '../bundle/entry.ts'
import { compareRevisions, formatRevision } from '../bundle/revision.ts'
import type { Transaction } from '../protocol/status-report.ts'

type Kind = TransactionName['kind']

/** What a replica remembers of its transactions: the latest few, the latest of each kind, and counts. */
export interface TransactionLog {
  readonly recent: readonly Transaction[]
  readonly last: Readonly<Partial<Record<Kind, Transaction>>>
  readonly lastFailed: Readonly<Partial<Record<Kind, Transaction>>>
  readonly statistics: Readonly<Record<Kind, Tally>>
}

export interface Tally {
  readonly successful: number
  readonly failed: number
}

const recentLimit = 20

export const noTransactions: TransactionLog = {
  recent: [],
  last: {},
  lastFailed: {},
  statistics: { policy: { successful: 0, failed: 0 }, data: { successful: 0, failed: 0 } },
}

export interface Attempt {
  readonly id: string
  readonly kind: Kind
  readonly revision: string
  readonly actions: readonly string[]
  /** Empty when it succeeded. */
  readonly error: string
  readonly begin: number
  readonly end: number
}

/** The log with one more attempt at its end. That the wasm of policies in force has followed is no other transaction. */
export function record(log: TransactionLog, attempt: Attempt): TransactionLog {
  if (isSamePolicies(log.last.policy, attempt)) return log
  const number = (log.recent.at(-1)?.number ?? 0) + 1
  const success = attempt.error === ''
  const transaction: Transaction = { ...attempt, actions: [...attempt.actions], number, success }
  const tally = log.statistics[attempt.kind]
  const counted = success
    ? { ...tally, successful: tally.successful + 1 }
    : { ...tally, failed: tally.failed + 1 }
  return {
    recent: [...log.recent, transaction].slice(-recentLimit),
    last: { ...log.last, [attempt.kind]: transaction },
    lastFailed: success ? log.lastFailed : { ...log.lastFailed, [attempt.kind]: transaction },
    statistics: { ...log.statistics, [attempt.kind]: counted },
  }
}

function isSamePolicies(last: Transaction | undefined, { id, kind, error }: Attempt): boolean {
  return kind === 'policy' && error === '' && last?.success === true && last.id === id
}

/** How a run of steps went: times in ms since 1970, and an error that is empty when it succeeded. */
export type Outcome = Pick<Attempt, 'begin' | 'end' | 'error'>

/**
 * The attempts that a run of steps stands for: one for each transaction that wrote them, in order. Policies whose wasm
 * followed at another revision are one with their data.
 */
export function attemptsOf(steps: readonly SignedEntry[], outcome: Outcome): readonly Attempt[] {
  const attempts: Attempt[] = []
  for (const { entry } of steps.toSorted((a, b) => compareRevisions(a.entry, b.entry))) {
    const { id, kind } = entry.transaction
    const revision = formatRevision(entry)
    const before = attempts.findLastIndex((attempt) => attempt.kind === kind)
    const same = attempts[before]
    const isSame = same?.id === id && (kind === 'policy' || same.revision === revision)
    const actions = [...new Set([...(isSame ? same.actions : []), actionOf(entry)])]
    const attempt = { id, kind, revision, actions, ...outcome }
    if (isSame) attempts[before] = attempt
    else attempts.push(attempt)
  }
  return attempts
}

/** The words of OPAL's transaction log for what was written. */
function actionOf(entry: SignedEntry['entry']): string {
  if (entry.part === 'policy') return 'set_policies'
  return entry.kind === 'patch' ? 'patch_policy_data' : 'set_policy_data'
}

/** Ready: a first policy was activated. */
export function isReady(log: TransactionLog): boolean {
  return log.statistics.policy.successful > 0
}

/** Healthy: ready, and the latest transaction of each kind succeeded. */
export function isHealthy(log: TransactionLog): boolean {
  return isReady(log) && Object.values(log.last).every((transaction) => transaction.success)
}
