import type { ReplicaStorage, StorageChange } from '@vedette/core/replica/storage'

export interface WriteBehindOptions {
  /** How long a change may wait for others, in ms. */
  readonly delayMs: number
  /** Its abort ends the waiting, as the page's end does. */
  readonly signal: AbortSignal
}

/**
 * Gathers changes and writes them together, so that a burst costs one write, and none competes with what the page has
 * to do at once. A page that goes before its time lacks the last moment, which it is sent again. What fails is told
 * at the next change, and tried again with it.
 */
export function writeBehind(
  storage: ReplicaStorage,
  { delayMs, signal }: WriteBehindOptions,
): ReplicaStorage {
  let waiting: StorageChange | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let writing: Promise<void> = Promise.resolve()
  let failure: { readonly error: unknown } | undefined

  async function writeWaiting(): Promise<void> {
    const change = waiting
    if (!change) return
    waiting = undefined
    try {
      await storage.write(change)
    } catch (error) {
      failure = { error }
      waiting = waiting ? merged(change, waiting) : change
    }
  }

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    writing = writing.then(writeWaiting)
  }

  signal.addEventListener('abort', flush)
  globalThis.addEventListener?.('pagehide', flush, { signal })
  return {
    load: () => storage.load(),
    async write(change) {
      waiting = waiting ? merged(waiting, change) : change
      timer ??= setTimeout(flush, delayMs)
      if (!failure) return
      const { error } = failure
      failure = undefined
      throw error
    },
  }
}

/** What both changes do, one after the other. */
function merged(first: StorageChange, second: StorageChange): StorageChange {
  const put = new Map(first.put)
  for (const key of second.remove) put.delete(key)
  for (const [key, value] of second.put) put.set(key, value)
  const remove = new Set([...first.remove, ...second.remove])
  for (const key of second.put.keys()) remove.delete(key)
  return { put, remove: [...remove] }
}
