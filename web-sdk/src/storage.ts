import { messageOf, VedetteError } from '@vedette/core/errors'
import type { ReplicaStorage } from '@vedette/core/replica/storage'
import { createStore, entries, get, promisifyRequest, update } from 'idb-keyval'

type Records = Map<string, string | Uint8Array>

/**
 * Keeps a replica in IndexedDB, in a database of its own called `name`. Tabs may share one: each write leaves exactly
 * what its tab holds, so the last writer's replica is there, whole. Where there is no IndexedDB (a private
 * window) `onError` is told, and nothing outlives the page.
 */
export function createBrowserStorage(
  name: string,
  onError: (error: unknown) => void,
): ReplicaStorage {
  const store = createStore(name, 'replica')
  const kept: Records = new Map()
  let isDurable = true

  return {
    async load() {
      try {
        for (const [key, value] of await entries<string, string | Uint8Array>(store))
          kept.set(key, value)
      } catch (cause) {
        isDurable = false
        const message = `IndexedDB cannot be used, nothing outlives the page: ${messageOf(cause)}`
        onError(new VedetteError('ERR_STORAGE', message, { cause }))
      }
      return new Map(kept)
    },
    async write({ put, remove }) {
      for (const key of remove) kept.delete(key)
      for (const [key, value] of put) kept.set(key, value)
      if (isDurable) await store('readwrite', (records) => settle(records, kept, put))
    },
  }
}

/** Makes `records` hold what `kept` does, in the one transaction it belongs to. */
function settle(
  records: IDBObjectStore,
  kept: Records,
  put: ReadonlyMap<string, unknown>,
): Promise<void> {
  const keys = records.getAllKeys()
  keys.onsuccess = () => {
    const there = new Set(keys.result)
    for (const key of there) if (typeof key !== 'string' || !kept.has(key)) records.delete(key)
    for (const [key, value] of kept) if (put.has(key) || !there.has(key)) records.put(value, key)
  }
  return promisifyRequest(records.transaction)
}

/** The name under which this browser's replica called `name` reports: made once, and kept. */
export async function replicaId(name: string): Promise<string> {
  const made = `browser-${crypto.randomUUID()}`
  try {
    const store = createStore('vedette', 'replicas')
    await update<string>(name, (known) => known ?? made, store)
    return (await get<string>(name, store)) ?? made
  } catch {
    return made
  }
}
