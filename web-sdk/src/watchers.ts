import type { Decision } from '@vedette/core/evaluator/decision'
import { equalJson } from '@vedette/core/json/equal'

/** Told the new decision, or `undefined` when none can be made any more: `decide` then says why. */
export type DecisionListener = (decision: Decision | undefined) => void

/** Asks questions again whenever the answers may have changed, and tells those that did. */
export interface Watchers {
  /** Returns what ends it. */
  watch(ask: () => Decision, listener: DecisionListener): () => void
  refresh(): void
}

interface Watcher {
  readonly ask: () => Decision
  readonly listener: DecisionListener
  last: Decision | undefined
}

export function createWatchers(onError: (error: unknown) => void): Watchers {
  const watchers = new Set<Watcher>()

  function refresh(watcher: Watcher): void {
    const decision = attempt(watcher.ask)
    const isSame = sameAnswer(watcher.last, decision)
    watcher.last = decision
    if (!isSame) watcher.listener(decision)
  }

  return {
    watch(ask, listener) {
      const watcher = { ask, listener, last: attempt(ask) }
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
    refresh() {
      for (const watcher of watchers) {
        try {
          refresh(watcher)
        } catch (error) {
          onError(error)
        }
      }
    },
  }
}

function attempt(ask: () => Decision): Decision | undefined {
  try {
    return ask()
  } catch {
    return undefined
  }
}

/** A new revision that answers the same is no change. */
function sameAnswer(a: Decision | undefined, b: Decision | undefined): boolean {
  if (!a || !b) return a === b
  if (a.result === undefined || b.result === undefined) return a.result === b.result
  return a.reason === b.reason && equalJson(a.result, b.result)
}
