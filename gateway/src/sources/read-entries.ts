import type { Json } from '@vedette/core/json/json'

import { createAllowance } from './allowance.ts'
import type { PreparedEntry } from './prepared-entry.ts'

/** What came of reading an entry. */
export type Reading = { readonly data: Json } | { readonly error: unknown }

export interface ReadOptions {
  /** Whether one that cannot be read makes the others useless: they are given up then, for the same reason. */
  readonly isAtomic: boolean
  /** Bytes, over all of them. */
  readonly mostBytes: number
  readonly signal: AbortSignal
}

/** Reads entries at the same time. Never fails: each says how it went. */
export function readEntries(
  entries: readonly PreparedEntry[],
  { isAtomic, mostBytes, signal }: ReadOptions,
): Promise<readonly (readonly [PreparedEntry, Reading])[]> {
  const giveUp = new AbortController()
  const limits = {
    allowance: createAllowance(mostBytes),
    signal: AbortSignal.any([signal, giveUp.signal]),
  }
  async function readOne({ read }: PreparedEntry): Promise<Reading> {
    try {
      return { data: await read(limits) }
    } catch (error) {
      if (isAtomic) giveUp.abort(error)
      return { error: giveUp.signal.aborted ? giveUp.signal.reason : error }
    }
  }
  return Promise.all(entries.map(async (entry) => [entry, await readOne(entry)] as const))
}
