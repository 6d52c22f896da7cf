import { randomUUID } from 'node:crypto'

import { VedetteError } from '@vedette/core/errors'
import type { Json, JsonObject } from '@vedette/core/json/json'
import * as v from 'valibot'

import { UpdateCallbackSchema } from '../callbacks/config.ts'
import type { UpdateCallback } from '../callbacks/config.ts'
import type { ReportedEntry } from '../callbacks/note.ts'
import { detailOf } from './detail.ts'
import type { Detail } from './detail.ts'

const EntrySchema = v.looseObject({
  url: v.string(),
  topics: v.optional(v.array(v.string()), ['policy_data']),
  dst_path: v.optional(v.string(), ''),
  save_method: v.optional(v.picklist(['PUT'], "'save_method' must be PUT"), 'PUT'),
})

/** OPAL's DataUpdate, for entries that carry their data. */
const DataUpdateSchema = v.object({
  id: v.nullish(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
  entries: v.pipe(v.array(EntrySchema), v.maxLength(1000)),
  reason: v.nullish(v.string()),
  callback: v.optional(UpdateCallbackSchema, { callbacks: [] }),
})

/** An entry that brings its data. */
type InlineEntry = ReportedEntry & { readonly data: Json }

export interface DataUpdate {
  readonly id: string
  readonly entries: readonly InlineEntry[]
  readonly callback: UpdateCallback
}

/** Reads an update; one without an id gets one. Throws `ERR_NOT_INLINE`. */
export function readDataUpdate(body: Json): DataUpdate | readonly Detail[] {
  const parsed = v.safeParse(DataUpdateSchema, body)
  if (!parsed.success) return parsed.issues.map(detailOf)
  const { id, entries, callback } = parsed.output
  return {
    id: id ?? randomUUID().replaceAll('-', ''),
    entries: entries.map(reportedEntry),
    callback,
  }
}

function reportedEntry(entry: v.InferOutput<typeof EntrySchema>): InlineEntry {
  const data = (entry as JsonObject)['data']
  if (data === undefined)
    throw new VedetteError('ERR_NOT_INLINE', "an entry needs its 'data' inline: nothing is fetched")
  return {
    url: entry.url,
    topics: entry.topics,
    dstPath: entry.dst_path,
    saveMethod: entry.save_method,
    data,
  }
}
