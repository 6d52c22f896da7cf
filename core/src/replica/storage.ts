/**
 * Where a replica keeps what it holds: keys to texts and bytes. A write is one step, all or nothing.
 * What is read back is verified again, so a storage need not be trusted, only kept.
 */
export interface ReplicaStorage {
  load(): Promise<ReadonlyMap<string, string | Uint8Array>>
  write(change: StorageChange): Promise<void>
}

export interface StorageChange {
  readonly put: ReadonlyMap<string, string | Uint8Array>
  readonly remove: readonly string[]
}

/** Keeps nothing over a restart. */
export function createMemoryStorage(): ReplicaStorage {
  const kept = new Map<string, string | Uint8Array>()
  return {
    load: () => Promise.resolve(new Map(kept)),
    write({ put, remove }) {
      for (const key of remove) kept.delete(key)
      for (const [key, value] of put) kept.set(key, value)
      return Promise.resolve()
    },
  }
}
