import type { UpdateRecord } from '../catalog/update-store.ts'

/** The updates that replicas have yet to answer, oldest first. */
export interface Followed {
  /** Takes an update's latest word; one that is closed goes. */
  put(update: UpdateRecord): void
  all(): readonly UpdateRecord[]
  size(): number
}

const mostUpdates = 20_000
const mostCharacters = 64 * 1024 * 1024

/** Beyond their number or size the oldest are left to the next life: a hub may be away for good. */
export function createFollowed(): Followed {
  const updates = new Map<string, UpdateRecord>()
  let characters = 0

  function drop(key: string): void {
    characters -= updates.get(key)?.note.length ?? 0
    updates.delete(key)
  }

  return {
    put(update) {
      drop(update.key)
      if (!update.isOpen) return
      updates.set(update.key, update)
      characters += update.note.length
      for (const key of updates.keys()) {
        if (updates.size <= mostUpdates && characters <= mostCharacters) return
        drop(key)
      }
    },
    all: () => [...updates.values()],
    size: () => updates.size,
  }
}
