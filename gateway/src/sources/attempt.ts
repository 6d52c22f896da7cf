import { codeOf, messageOf } from '@vedette/core/errors'
import type { Json } from '@vedette/core/json/json'

import type { ReportedEntry } from '../callbacks/note.ts'
import type { DataWrite } from '../catalog/catalog.ts'
import type { EntryFailure } from './applied.ts'
import type { PreparedEntry } from './prepared-entry.ts'
import type { Reading } from './read-entries.ts'

/** What came of an entry: what was read, what that means to write, or why it failed. */
export interface Attempt {
  readonly prepared: PreparedEntry
  readonly data?: Json
  readonly write?: DataWrite
  /** Some failures are found out only while the other entries are saved. */
  error?: unknown
}

export function attemptOf(prepared: PreparedEntry, reading: Reading): Attempt {
  if ('error' in reading) return { prepared, error: reading.error }
  const { data } = reading
  try {
    const write = prepared.write(data)
    return { prepared, data, ...(write && { write }) }
  } catch (error) {
    return { prepared, data, error }
  }
}

/** Why nothing can be saved: the first failure, where one is enough or none of the entries is left. */
export function refusalOf(attempts: readonly Attempt[], isAtomic: boolean): unknown {
  const failed = attempts.filter(hasFailed)
  return isAtomic || failed.length === attempts.length ? failed[0]?.error : undefined
}

export function failuresIn(attempts: readonly Attempt[]): readonly EntryFailure[] {
  return attempts.filter(hasFailed).map(({ prepared, error }) => ({
    index: prepared.index,
    code: codeOf(error, 'ERR_INTERNAL'),
    message: messageOf(error),
  }))
}

function hasFailed({ error }: Attempt): boolean {
  return error !== undefined
}

/** An entry for those who are told of it. */
export function reportedEntry(attempt: Attempt): ReportedEntry {
  const { data, prepared } = attempt
  const { url, config, topics, dstPath, saveMethod, data: inline } = prepared.entry
  return {
    url,
    config,
    topics,
    dstPath,
    saveMethod,
    isInline: inline !== undefined,
    fetched: data !== undefined,
    saved: !hasFailed(attempt),
    ...(data !== undefined && saveMethod !== 'DELETE' && { data }),
  }
}
