import { parts } from '../bundle/entry.ts'
import type { Part } from '../bundle/entry.ts'
import { VedetteError, messageOf } from '../errors.ts'
import type { Blobs } from './content.ts'
import type { Log } from './log.ts'
import type { Memory, Records } from './records.ts'
import { contentKeys, recordsOf, writeMemory } from './records.ts'
import type { ReplicaState } from './state.ts'
import type { ReplicaStorage, StorageChange } from './storage.ts'

/** What decides: the part of a state that is stored. */
type Deciding = Readonly<Record<Part, Log>>

/** What lies in a replica's storage. Without a storage nothing does, and nothing outlives the process. */
export class Shelf {
  readonly #storage: ReplicaStorage | undefined
  /** Each key with whether what lies there is known to be whole. */
  #keys = new Map<string, boolean>()
  /** The steps that lie there with all they name, and nothing else; unknown after a write that failed. */
  #deciding: Deciding | undefined

  constructor(storage: ReplicaStorage | undefined) {
    this.#storage = storage
  }

  /** All that lies there, nothing of which is known to be whole. Fails with `ERR_STORAGE`. */
  async load(): Promise<Records> {
    if (!this.#storage) return new Map()
    try {
      const records = await this.#storage.load()
      this.#keys = new Map([...records.keys()].map((key) => [key, false]))
      return records
    } catch (cause) {
      throw storageError('read', cause)
    }
  }

  /** What was loaded verified. */
  isWhole(): void {
    for (const key of this.#keys.keys()) this.#keys.set(key, true)
  }

  /**
   * Takes the storage from what it holds to what is active now; what is whole there is not written again. With nothing
   * active, what is stored stays: it may be what the next start can run. Fails with `ERR_STORAGE`.
   */
  async write(state: ReplicaState, blobs: Blobs, memory: Memory): Promise<void> {
    if (!this.#storage) return
    const deciding = decidingOf(state)
    const change = this.#changeTo(state, deciding, blobs)
    this.#deciding = undefined
    try {
      await this.#storage.write({
        ...change,
        put: new Map(change.put).set('memory', writeMemory(memory)),
      })
    } catch (cause) {
      throw storageError('written', cause)
    }
    for (const key of change.remove) this.#keys.delete(key)
    for (const key of change.put.keys()) this.#keys.set(key, true)
    if (state.active) this.#deciding = deciding
  }

  #changeTo(state: ReplicaState, deciding: Deciding, blobs: Blobs): StorageChange {
    const since = this.#deciding && stepsSince(this.#deciding, deciding)
    const records = recordsOf(state, since ?? parts.flatMap((part) => deciding[part]), blobs)
    const put = new Map([...records].filter(([key]) => key === 'head' || !this.#keys.get(key)))
    if (since || !state.active) return { put, remove: [] }
    return { put, remove: contentKeys(this.#keys.keys()).filter((key) => !records.has(key)) }
  }
}

function decidingOf({ logs, active }: ReplicaState): Deciding {
  const upTo = (part: Part): Log => {
    const place = active?.head.parts[part]
    const end = logs[part].findLastIndex((step) => step.position === place?.position)
    return logs[part].slice(0, end + 1)
  }
  return { policy: upTo('policy'), data: upTo('data') }
}

/** The patches of data that lead on, where there is nothing else between the two: nothing becomes superfluous then. */
function stepsSince(before: Deciding, after: Deciding): Log | undefined {
  const isSamePolicy =
    before.policy.length === after.policy.length && leadsOn(before.policy, after.policy)
  return isSamePolicy && leadsOn(before.data, after.data)
    ? after.data.slice(before.data.length)
    : undefined
}

/** A step names the one before it: a log with the same beginning that still has the old end is the old one, and more. */
function leadsOn(before: Log, after: Log): boolean {
  return before[0] === after[0] && before.at(-1) === after[before.length - 1]
}

function storageError(done: 'read' | 'written', cause: unknown): VedetteError {
  const message = `the storage could not be ${done}: ${messageOf(cause)}`
  return new VedetteError('ERR_STORAGE', message, { cause })
}
