/** Where among its operands a builtin finds the pattern, layout or schema that it keeps ready for the next time. */
const places: ReadonlyMap<string, number> = new Map([
  ['glob.match', 0],
  ['json.match_schema', 1],
  ['json.verify_schema', 0],
  ['re_match', 0],
  ['regex.find_all_string_submatch_n', 0],
  ['regex.find_n', 0],
  ['regex.is_valid', 0],
  ['regex.match', 0],
  ['regex.replace', 1],
  ['regex.split', 0],
  ['regex.template_match', 0],
  ['time.parse_ns', 0],
])

export function patternPlace(builtin: string): number | undefined {
  return places.get(builtin)
}

/** A decision is made in one go, so there is one at a time, and one call. */
let mayStay = false
/** How to forget the patterns that came with the question. */
const leaving = new Set<() => void>()

/** Calls a builtin whose pattern is the policy's or its data's: what it makes of it may outlive the decision. */
export function keepingPatterns<Answer>(call: () => Answer): Answer {
  mayStay = true
  try {
    return call()
  } finally {
    mayStay = false
  }
}

/** Nothing of a question is kept when it is answered. */
export function forgetPatterns(): void {
  if (leaving.size === 0) return
  for (const forget of leaving) forget()
  leaving.clear()
}

/** What is made of patterns, by pattern. */
export interface Patterns<Made> {
  get(pattern: string): Made | undefined
  set(pattern: string, made: Made): void
}

/** Up to `most` that stay, and as many of the decision being made; the least recently used goes first. */
export function createPatterns<Made>(most: number): Patterns<Made> {
  const staying = new Map<string, Made>()
  const passing = new Map<string, Made>()
  const forget = (): void => passing.clear()

  return {
    get(pattern) {
      const made = staying.get(pattern)
      if (made === undefined) return passing.get(pattern)
      staying.delete(pattern)
      staying.set(pattern, made)
      return made
    },
    set(pattern, made) {
      if (!mayStay) leaving.add(forget)
      const patterns = mayStay ? staying : passing
      patterns.delete(pattern)
      patterns.set(pattern, made)
      if (patterns.size > most) patterns.delete(patterns.keys().next().value ?? pattern)
    },
  }
}
