import { VedetteError } from '@vedette/core/errors'
import type { Json } from '@vedette/core/json/json'
import * as v from 'valibot'

import type { DataWrite } from '../catalog/catalog.ts'
import type { JsonPatch } from '../catalog/data/json-patch.ts'
import { JsonPatchSchema } from '../catalog/data/json-patch.ts'
import type { Targets } from '../health/targets.ts'
import type { DataEntry } from './entry.ts'
import { segmentsOf } from './entry.ts'
import { prepareRead } from './fetcher.ts'
import type { Fetchers, Read } from './fetcher.ts'
import { issueText } from './issue-text.ts'

/** An entry of which everything is checked that can be before it is carried out. */
export interface PreparedEntry {
  /** Its place in the update, counted from 0. */
  readonly index: number
  readonly entry: DataEntry
  readonly path: readonly string[]
  readonly read: Read
  /** What is to be written of what was read; `undefined` when that is nothing new. */
  write(data: Json): DataWrite | undefined
}

/** How and where an entry may be read. */
export interface Places {
  readonly fetchers: Fetchers
  readonly targets: Targets
}

/** An entry to be saved as it says. Throws `ERR_FETCH_CONFIG`, `ERR_TARGET`. */
export function prepareEntry(entry: DataEntry, index: number, places: Places): PreparedEntry {
  const path = segmentsOf(entry.dstPath)
  return {
    index,
    entry,
    path,
    read: readerOf(entry, places),
    write: (data) => writeOf(entry, path, data),
  }
}

/** Where the data of an entry comes from. */
export function readerOf(entry: DataEntry, { fetchers, targets }: Places): Read {
  const { data, url, config } = entry
  if (data !== undefined) return () => Promise.resolve(data)
  if (entry.saveMethod === 'DELETE') return () => Promise.resolve(null)
  return prepareRead(fetchers, { url, config: config ?? {}, targets })
}

function writeOf({ saveMethod }: DataEntry, path: readonly string[], data: Json): DataWrite {
  switch (saveMethod) {
    case 'PUT':
      return { path, value: data }
    case 'PATCH':
      return { method: 'PATCH', path, patch: readJsonPatch(data) }
    case 'DELETE':
      return { method: 'DELETE', path }
  }
}

/** What was fetched as a patch may be none: `ERR_PATCH`. */
export function readJsonPatch(data: Json): JsonPatch {
  const parsed = v.safeParse(JsonPatchSchema, data)
  if (parsed.success) return parsed.output
  const reason = issueText(parsed.issues[0])
  throw new VedetteError('ERR_PATCH', `what was fetched is no JSON Patch: ${reason}`)
}
