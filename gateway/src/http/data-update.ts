import { randomUUID } from 'node:crypto'

import { VedetteError } from '@vedette/core/errors'
import type { Json, JsonObject } from '@vedette/core/json/json'
import * as v from 'valibot'

import { UpdateCallbackSchema } from '../health/callback-config.ts'
import type { UpdateCallback } from '../health/callback-config.ts'
import type { ReportedEntry } from '../health/data-report.ts'

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

export interface DataUpdate {
  readonly id: string
  readonly entries: readonly ReportedEntry[]
  readonly callback: UpdateCallback
}

/** What is wrong with a body, as OPAL's server spells it. */
export interface Detail {
  readonly loc: readonly (string | number)[]
  readonly msg: string
  readonly type: string
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

function reportedEntry(entry: v.InferOutput<typeof EntrySchema>): ReportedEntry {
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

function detailOf(issue: v.InferIssue<typeof DataUpdateSchema>): Detail {
  const keys = issue.path?.map((item) => item.key as string | number) ?? []
  const loc = ['body', ...keys]
  if (issue.received === 'undefined')
    return { loc, msg: 'field required', type: 'value_error.missing' }
  return { loc, msg: issue.message, type: `value_error.${issue.type}` }
}
