import type { Revision } from '@vedette/core/bundle/revision'
import { hasReached } from '@vedette/core/replica/at-least'

import type { Standing } from './standing.ts'
import { isGood } from './standing.ts'

export interface HeadCacheOptions {
  /** Asks the hub, which waits a moment to get to a revision; null before its first head. */
  readonly ask: (atLeast?: Revision) => Promise<Standing | null>
  /** How long an answer is used before the next question, in ms; 0 asks each time. */
  readonly freshnessMs: number
  /** Keeps the question in the background alive when the response is out. */
  readonly waitUntil: (work: Promise<unknown>) => void
  /** ms since 1970. */
  readonly now: () => number
}

export interface HeadCache {
  /** Where the hub stands, as far as is known here; with a revision, when it is there or did not get there. */
  current(atLeast?: Revision): Promise<Standing | null>
  /** The hub's own word, now. */
  renew(): Promise<Standing | null>
}

/** One isolate's knowledge of the hub's head. A head that may decide does so while a newer one is asked for. */
export function createHeadCache(options: HeadCacheOptions): HeadCache {
  const { ask, freshnessMs, waitUntil, now } = options
  let standing: Standing | null = null
  let askedAt = Number.NEGATIVE_INFINITY
  let asked = 0
  let answered = 0

  async function renew(atLeast?: Revision): Promise<Standing | null> {
    const number = ++asked
    askedAt = now()
    const answer = await ask(atLeast)
    // Answers may overtake each other; a late one must not win, unless it waited for what the others did not know yet.
    if (number > answered || isLater(answer, standing)) {
      answered = Math.max(number, answered)
      standing = answer
    }
    return standing
  }

  /** A hub that cannot be reached takes nothing away from a head that is still good. */
  async function renewOrKeep(): Promise<Standing | null> {
    try {
      return await renew()
    } catch (error) {
      if (isGood(standing, now())) return standing
      throw error
    }
  }

  return {
    renew: () => renew(),
    async current(atLeast) {
      if (atLeast && !hasReached(standing?.head, atLeast)) return renew(atLeast)
      if (standing && now() - askedAt < freshnessMs) return standing
      if (freshnessMs === 0 || !isGood(standing, now())) return renewOrKeep()
      waitUntil(renewOrKeep())
      return standing
    },
  }
}

function isLater(answer: Standing | null, known: Standing | null): boolean {
  return answer !== null && known !== null && !hasReached(known.head, answer.head)
}

/** Reads `VEDETTE_FRESHNESS_MS`; what is no number of ms asks each time, which is never wrong. */
export function readFreshness(text = '1000'): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : 0
}
