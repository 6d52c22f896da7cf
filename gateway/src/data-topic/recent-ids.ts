/** A sender repeats a record within minutes. */
const most = 1_000

/** The latest ids, in memory. */
export interface RecentIds {
  has(id: string): boolean
  add(id: string): void
}

/** `known`, the oldest first, are remembered from the start. */
export function createRecentIds(known: Iterable<string>): RecentIds {
  const ids = new Set([...known].slice(-most))
  return {
    has: (id) => ids.has(id),
    add(id) {
      ids.add(id)
      const [oldest = id] = ids
      if (ids.size > most) ids.delete(oldest)
    },
  }
}
