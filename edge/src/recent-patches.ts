import type { Content } from '@vedette/core/replica/content'

import { dataPosition } from './standing.ts'

/** The way from one position of the data to the next. */
interface Step {
  readonly from: string
  readonly to: string
  readonly patches: readonly string[]
}

export interface RecentPatches {
  /** Notes how `content` came out of what was in force at `from`. */
  note(content: Content, from: string): void
  /** The patches, as texts, that lead from one position to another; undefined when that is not known here. */
  between(from: string | undefined, to: string): readonly string[] | undefined
}

/** More than that are seldom missed by an isolate that is asked anything at all; the document is then at hand. */
const stepLimit = 64
/** In UTF-16 units: they are kept in memory. */
const patchesLimit = 4 * 1024 * 1024

/** The last steps of the data, for isolates that hold what was in force a moment ago. */
export function createRecentPatches(): RecentPatches {
  const steps: Step[] = []
  return {
    note(content, from) {
      const to = dataPosition(content.head)
      if (from === to) return
      if (!content.change) steps.length = 0
      else steps.push({ from, to, patches: content.change.patches })
      while (steps.length > stepLimit || lengthOf(patchesOf(steps)) > patchesLimit) steps.shift()
    },
    between(from, to) {
      const first = steps.findIndex((step) => step.from === from)
      const last = steps.findIndex((step) => step.to === to)
      return first < 0 || last < first ? undefined : patchesOf(steps.slice(first, last + 1))
    },
  }
}

function patchesOf(steps: readonly Step[]): readonly string[] {
  return steps.flatMap(({ patches }) => patches)
}

export function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, { length }) => sum + length, 0)
}
