import { randomUUID } from 'node:crypto'

import type { Json } from '@vedette/core/json/json'
import * as v from 'valibot'

import { UpdateCallbackSchema } from '../../callbacks/config.ts'
import type { UpdateCallback } from '../../callbacks/config.ts'
import { EntrySchema } from '../../sources/entry.ts'
import type { DataEntry } from '../../sources/entry.ts'
import { detailOf } from './detail.ts'
import type { Detail } from './detail.ts'

/** Each callback gets a report of its own, which names all entries and is kept until it is delivered. */
const mostCharacters = 4_000_000

function fitsReport(entries: readonly DataEntry[]): boolean {
  const characters = entries.map(({ url, dstPath, topics }) =>
    topics.reduce(
      (sum, topic) => sum + topic.length * topic.split('/').length,
      url.length + dstPath.length,
    ),
  )
  return characters.reduce((sum, each) => sum + each, 0) <= mostCharacters
}

/** OPAL's DataUpdate, and `atomic`. */
const DataUpdateSchema = v.object({
  id: v.nullish(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
  entries: v.pipe(
    v.array(EntrySchema),
    v.maxLength(1000),
    v.check(
      (entries) => fitsReport(entries),
      'have names, places and topics too long for a report',
    ),
  ),
  reason: v.nullish(v.string(), null),
  callback: v.nullish(UpdateCallbackSchema, { callbacks: [] }),
  atomic: v.optional(v.boolean(), true),
})

export interface DataUpdate {
  readonly id: string
  readonly entries: readonly DataEntry[]
  readonly reason: string | null
  readonly callback: UpdateCallback
  /** Whether one entry that fails fails them all. */
  readonly isAtomic: boolean
}

/** Reads an update; one without an id gets one. */
export function readDataUpdate(body: Json): DataUpdate | readonly Detail[] {
  const parsed = v.safeParse(DataUpdateSchema, body)
  if (!parsed.success) return parsed.issues.map(detailOf)
  const { id, atomic: isAtomic, ...update } = parsed.output
  return { ...update, id: id ?? randomUUID().replaceAll('-', ''), isAtomic }
}
