import type { Transaction } from '../protocol/status-report.ts'
import type { TransactionLog } from './transactions.ts'

/** Something that stands in the way of being ready, or healthy. */
export interface Lack {
  readonly what: 'policy' | 'source' | 'policy transaction' | 'data transaction'
  /** Which one: a source's address, a transaction's id. No secrets. */
  readonly name?: string
  /** ms since 1970. */
  readonly since: number
  readonly reason: string
}

export interface ReadinessOptions {
  /** Which of OPAL's updaters are on: what one that is off would bring is not missed. */
  readonly updaters: { readonly policy: boolean; readonly data: boolean }
  /** Initial sources that were not loaded yet, with the latest reason. */
  readonly sources: () => readonly Lack[]
  /** Since when a policy is waited for, ms since 1970. */
  readonly startedAt: number
}

/** A lack as it is shown. */
export function readable({ what, name, since, reason }: Lack): object {
  return { what, ...(name !== undefined && { name }), since: new Date(since).toISOString(), reason }
}

/** What is missing, by an account of the transactions; nothing, and it is so. */
export interface Readiness {
  /** Ready: a first policy, and every initial source loaded. */
  ready(log: TransactionLog): readonly Lack[]
  /** Healthy: ready, and the latest transaction of each kind succeeded. */
  healthy(log: TransactionLog): readonly Lack[]
}

const kinds = ['policy', 'data'] as const

export function createReadiness({ updaters, sources, startedAt }: ReadinessOptions): Readiness {
  function ready({ statistics }: TransactionLog): readonly Lack[] {
    const hasPolicy = !updaters.policy || statistics.policy.successful > 0
    return [
      ...(hasPolicy ? [] : [{ ...noPolicy, since: startedAt }]),
      ...(updaters.data ? sources() : []),
    ]
  }
  return {
    ready,
    healthy: (log) => [
      ...ready(log),
      ...kinds.filter((kind) => updaters[kind]).flatMap((kind) => failingOf(kind, log)),
    ],
  }
}

const noPolicy = { what: 'policy', reason: 'no policy was ever in force' } as const

/** Since the first of the failures in a row, as far as the account reaches back. */
function failingOf(kind: Transaction['kind'], { last, recent }: TransactionLog): readonly Lack[] {
  const latest = last[kind]
  if (!latest || latest.success) return []
  const ofKind = recent.filter((transaction) => transaction.kind === kind)
  const failing = ofKind.slice(ofKind.findLastIndex(({ success }) => success) + 1)
  const since = (failing[0] ?? latest).end
  return [{ what: `${kind} transaction`, name: latest.id, since, reason: latest.error }]
}
