/** Writes items together: all that came while the write before was under way. */
export interface Batch<Item> {
  /** Resolves when the item is written; fails as its write did. */
  add(item: Item): Promise<void>
}

export function createBatch<Item>(write: (items: readonly Item[]) => Promise<void>): Batch<Item> {
  let items: Item[] = []
  /** The write that takes what is added now. */
  let next: Promise<void> | undefined
  let last: Promise<unknown> = Promise.resolve()

  function begin(): Promise<void> {
    const begun = last.then(() => {
      const now = items
      items = []
      next = undefined
      return write(now)
    })
    last = begun.catch(() => undefined)
    return begun
  }

  return {
    add(item) {
      items.push(item)
      next ??= begin()
      return next
    },
  }
}
