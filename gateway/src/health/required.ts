import type { Revision } from '@vedette/core/bundle/revision'
import { compareRevisions, isRevision, parseRevision } from '@vedette/core/bundle/revision'
import type { StatusReport } from '@vedette/core/protocol/status-report'
import { hasReached } from '@vedette/core/replica/at-least'

import type { Fleet } from './fleet.ts'

/** The replicas an update is waited for: the gateway's own and its edge hubs. Browsers come and go. */
export interface Required {
  /** How they stand to a revision now. */
  standing(revision: Revision): Standing
  /** Resolves when each of them has applied or failed, at the latest after `timeoutMs`. */
  settled(revision: Revision, timeoutMs: number): Promise<Standing>
}

/** Names of replicas. `failed` may yet become `applied`: a replica that failed is offered everything again. */
export interface Standing {
  readonly applied: readonly string[]
  readonly failed: readonly Failing[]
  readonly pending: readonly string[]
}

interface Failing {
  readonly replica: string
  readonly error: string
}

export interface RequiredOptions {
  readonly fleet: Pick<Fleet, 'member' | 'onHeard'>
  /** The latest revision published; a refusal speaks of what was published when it was first heard. */
  readonly latest: () => Revision | undefined
  /** Names of the replicas, as they are now. */
  readonly names: () => readonly string[]
}

interface Waiting {
  readonly revision: Revision
  readonly done: (standing: Standing) => void
}

export function createRequired(options: RequiredOptions): Required {
  const { fleet, names } = options
  const errorOf = followRefusals(options)
  /** By rising revision: who has not answered to one has not answered to a later one. */
  const waiting: Waiting[] = []

  /** A browser may call itself what it likes, also as a hub that was not reached yet. */
  function accountOf(replica: string): StatusReport | undefined {
    const member = fleet.member(replica)
    return member?.kind === 'browser' ? undefined : member
  }

  function standing(revision: Revision): Standing {
    const [applied, failed, pending]: [string[], Failing[], string[]] = [[], [], []]
    for (const replica of names()) {
      const member = accountOf(replica)
      const error = member && errorOf(member, revision)
      if (member && hasApplied(member, revision)) applied.push(replica)
      else if (error) failed.push({ replica, error })
      else pending.push(replica)
    }
    return { applied, failed, pending }
  }

  fleet.onHeard(() => {
    for (let first = waiting[0]; first; first = waiting[0]) {
      const now = standing(first.revision)
      if (now.pending.length > 0) return
      waiting.shift()
      first.done(now)
    }
  })

  return {
    standing,
    settled(revision, timeoutMs) {
      const now = standing(revision)
      if (now.pending.length === 0) return Promise.resolve(now)
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(entry), 1)
          resolve(standing(revision))
        }, timeoutMs).unref()
        const entry: Waiting = {
          revision,
          done(last) {
            clearTimeout(timer)
            resolve(last)
          },
        }
        waiting.splice(placeOf(revision, waiting), 0, entry)
      })
    },
  }
}

/** Why a replica has not applied a revision, if it tried to: the transaction that failed, or what it refused since. */
function followRefusals({
  fleet,
  latest,
}: RequiredOptions): (member: StatusReport, revision: Revision) => string | undefined {
  const refusals = new Map<string, { readonly at: number; readonly upTo: Revision | undefined }>()
  fleet.onHeard(({ replica, kind, refusal }) => {
    if (kind === 'browser' || !refusal || refusals.get(replica)?.at === refusal.at) return
    refusals.set(replica, { at: refusal.at, upTo: latest() })
  })
  return ({ replica, refusal, transactions }, revision) => {
    const failed = transactions.findLast(
      (each) => !each.success && isAtLeast(each.revision, revision),
    )
    if (failed) return failed.error
    const upTo = refusals.get(replica)?.upTo
    const isOfThis = refusal && hasReached(upTo, revision)
    return isOfThis ? `${refusal.code}: ${refusal.message}` : undefined
  }
}

export function hasApplied(member: Pick<StatusReport, 'revision'>, revision: Revision): boolean {
  return member.revision !== null && isAtLeast(member.revision, revision)
}

/** The gateway's failures carry no revision, and what a replica says may be anything. */
function isAtLeast(text: string, revision: Revision): boolean {
  return isRevision(text) && hasReached(parseRevision(text), revision)
}

function placeOf(revision: Revision, waiting: readonly Waiting[]): number {
  return waiting.findLastIndex((each) => compareRevisions(each.revision, revision) <= 0) + 1
}
