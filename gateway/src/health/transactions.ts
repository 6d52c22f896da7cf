import type { TransactionName } from '@vedette/core/bundle/entry'
import { compareRevisions, parseRevision } from '@vedette/core/bundle/revision'
import type { Revision } from '@vedette/core/bundle/revision'
import { messageOf } from '@vedette/core/errors'
import type { StatusReport, Transaction } from '@vedette/core/protocol/status-report'
import type { Readiness } from '@vedette/core/replica/readiness'
import type { Replica } from '@vedette/core/replica/replica'
import { inTransaction } from '@vedette/core/replica/transaction'
import type { Course } from '@vedette/core/replica/transaction'
import { noTransactions, record } from '@vedette/core/replica/transactions'
import type { Attempt, TransactionLog } from '@vedette/core/replica/transactions'
import type { Logger } from 'pino'

import type { Catalog } from '../catalog/catalog.ts'

/** The gateway's account: what its own replica activated, and what never got that far. */
export interface Transactions {
  /**
   * Runs `work` as the transaction `id`: it begins here, fails by throwing, and is in the account when it ends. What
   * the catalogue and the own replica say of this id meanwhile belongs to it.
   */
  transaction<Result>(
    id: string,
    kind: TransactionName['kind'],
    work: (tx: TransactionContext) => Promise<Result>,
  ): Promise<Result>
  log(): TransactionLog
  /** Tells anew how it stands: not every reason for that is a transaction. */
  retell(): void
  standing(): { readonly ready: boolean; readonly healthy: boolean }
}

export interface TransactionContext {
  readonly id: string
  /** In OPAL's words what is about to be written, however that travels. Default: what the own replica took in. */
  acts(actions: readonly string[]): void
  /** Writes a line to the log: how far it came (`fetched`, `saved`, `reported`), with the id. No secrets. */
  step(name: string, details?: object): void
}

export interface TransactionsOptions {
  readonly own: Replica
  /** Tells of what did not compile, fit or store. */
  readonly catalog: Pick<Catalog, 'onFailed'>
  readonly readiness: Readiness
  /** The gateway's last word before it was started again. */
  readonly before: StatusReport | undefined
  /** Called after each change with the gateway's word in the fleet. */
  readonly tell: (status: StatusReport) => void
  readonly log: Pick<Logger, 'info' | 'warn'>
}

/** What a status report takes of an error's sentence, and of actions. */
const longestError = 4000
const mostActions = 20

interface Open extends TransactionName {
  actions?: readonly string[]
  /** What the own replica made of it. */
  readonly applied: Transaction[]
}

export function createTransactions(options: TransactionsOptions): Transactions {
  const { own, before, readiness, tell, log } = options
  const told = before ? toldOf(before) : undefined
  const underWay = new Set<Open>()
  let account = before ? accountOf(before) : noTransactions
  let seen = 0

  function note(attempt: Attempt): void {
    const error = attempt.error.slice(0, longestError)
    account = record(account, { ...attempt, error, actions: attempt.actions.slice(0, mostActions) })
  }

  const openOf = ({ id, kind }: TransactionName): Open | undefined =>
    [...underWay].find((open) => open.id === id && open.kind === kind)

  /** After a restart the own replica activates again what it activated before: that is no news. */
  const isNews = ({ revision, success }: Transaction): boolean =>
    !success || !told || compareRevisions(parseRevision(revision), told) > 0

  function takeIn(): void {
    for (const transaction of own.transactions().recent) {
      if (transaction.number <= seen) continue
      seen = transaction.number
      const open = openOf(transaction)
      if (open) open.applied.push(transaction)
      else if (isNews(transaction)) noteOther(transaction)
    }
  }

  const standing: Transactions['standing'] = () => ({
    ready: readiness.ready(account).length === 0,
    healthy: readiness.healthy(account).length === 0,
  })

  /** Of a policy, or of data that came by another door. */
  function noteOther(transaction: Transaction): void {
    const { id, kind, revision, success, error } = transaction
    note(transaction)
    if (success) log.info({ transaction: id, kind, step: 'saved', revision }, 'transaction saved')
    else log.warn({ transaction: id, kind, step: 'failed', error }, 'transaction failed')
  }

  function tellStatus(): void {
    const { recent, last, lastFailed, statistics } = account
    tell({
      ...own.status(),
      ...standing(),
      transactions: [...recent],
      last,
      lastFailed,
      statistics: { ...statistics },
    })
  }

  function end(open: Open, course: Course): void {
    takeIn()
    underWay.delete(open)
    const attempt = attemptOf(open, course)
    note(attempt)
    const { id: transaction, kind, error } = attempt
    if (error) log.warn({ transaction, kind, step: 'failed', error }, 'transaction failed')
    tellStatus()
  }

  own.onChange(() => {
    takeIn()
    tellStatus()
  })
  options.catalog.onFailed((failure) => {
    if (openOf(failure)) return
    const { id: transaction, kind, error } = failure
    log.warn({ transaction, kind, step: 'failed', error }, 'transaction failed')
    note({ ...failure, revision: '', actions: [], end: Date.now() })
    tellStatus()
  })

  return {
    transaction(id, kind, work) {
      const open: Open = { id, kind, applied: [] }
      const step: TransactionContext['step'] = (name, details) =>
        log.info({ transaction: id, kind, step: name, ...details }, `transaction ${name}`)
      underWay.add(open)
      step('received')
      const acts: TransactionContext['acts'] = (actions) => void (open.actions = actions)
      return inTransaction({ now: Date.now, save: (course) => end(open, course) }, () =>
        work({ id, acts, step }),
      )
    },
    log: () => account,
    retell: tellStatus,
    standing,
  }
}

/**
 * How far a last word accounts for what was done. Not its own revision: while a transaction is under way it says that
 * already, and the process may have been killed before the transaction was in it.
 */
function toldOf({ revision, transactions }: StatusReport): Revision | undefined {
  const done = transactions.filter((each) => each.success && each.revision !== '')
  const revisions = done.map((each) => parseRevision(each.revision)).toSorted(compareRevisions)
  return revisions.at(-1) ?? (revision ? parseRevision(revision) : undefined)
}

function accountOf(status: StatusReport): TransactionLog {
  const { transactions, last, lastFailed, statistics } = status
  return { recent: transactions, last, lastFailed, statistics }
}

/** The own replica may fail at what was saved: then the transaction did. */
function attemptOf(open: Open, { begin, end, failure }: Course): Attempt {
  const { id, kind, applied } = open
  const failed = applied.find(({ success }) => !success)
  return {
    id,
    kind,
    revision: applied.at(-1)?.revision ?? '',
    actions: open.actions ?? applied.flatMap(({ actions }) => actions),
    error: failure === undefined ? (failed?.error ?? '') : messageOf(failure) || 'it failed',
    begin,
    end,
  }
}
