/** Counts the reports of each id, also where an id is used again. */
export interface Sequences {
  /** 0 when nobody was told yet. */
  last(id: string): number
  next(id: string): number
}

/** As many as updates are kept. */
const mostIds = 20_000

export function createSequences(before: ReadonlyMap<string, number>): Sequences {
  const counts = new Map(before)
  const last = (id: string): number => counts.get(id) ?? 0
  return {
    last,
    next(id) {
      const next = last(id) + 1
      counts.delete(id)
      counts.set(id, next)
      const [oldest] = counts.keys()
      if (counts.size > mostIds && oldest !== undefined) counts.delete(oldest)
      return next
    },
  }
}
