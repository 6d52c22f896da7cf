import { isJsonArray, isJsonObject } from '@vedette/core/json/equal'
import type { Json, JsonObject } from '@vedette/core/json/json'
import * as v from 'valibot'

import { dataMember } from '../callbacks/entry-hash.ts'
import { JsonPatchSchema } from '../catalog/data/json-patch.ts'
import { NumberSchema } from './number.ts'

/** One part of a data update: where its data is from, and where it goes. */
export interface DataEntry {
  readonly url: string
  /** How it is fetched, in the fetcher's own words. */
  readonly config: JsonObject | null
  readonly topics: readonly string[]
  readonly dstPath: string
  readonly saveMethod: SaveMethod
  /** Absent when it is to be fetched, and where there is nothing to save. */
  readonly data?: Json
  /** How often a configured source is read again, in s; null for once a start. Means nothing in an update. */
  readonly periodicUpdateInterval: number | null
}

type SaveMethod = (typeof saveMethods)[number]

const saveMethods = ['PUT', 'PATCH', 'DELETE'] as const

/** At most what a timer can wait for. */
const seconds = v.pipe(NumberSchema, v.gtValue(0), v.maxValue(2_000_000))

/** A report names all levels of a topic, each with those above it. */
const mostLevels = 16
const mostCharacters = 8_192
const place = v.pipe(v.string(), v.maxLength(mostCharacters))
const topic = v.pipe(
  place,
  v.check((name) => name.split('/').length <= mostLevels, `has more than ${mostLevels} levels`),
)

/** OPAL's DataSourceEntry. */
const WrittenSchema = v.object({
  url: place,
  config: v.nullish(v.custom<JsonObject>(isObject, 'is no object'), null),
  topics: v.optional(v.pipe(v.array(topic), v.maxLength(100)), ['policy_data']),
  dst_path: v.optional(place, ''),
  save_method: v.optional(
    v.picklist(saveMethods, "'save_method' must be PUT, PATCH or DELETE"),
    'PUT',
  ),
  data: v.optional(v.unknown()),
  periodic_update_interval: v.nullish(seconds, null),
})
type WrittenEntry = v.InferOutput<typeof WrittenSchema>

const isPatch = (written: WrittenEntry): boolean =>
  written.save_method !== 'PATCH' || !isInline(written) || v.is(JsonPatchSchema, written.data)
const hasSource = (written: WrittenEntry): boolean =>
  written.url !== '' || isInline(written) || written.save_method === 'DELETE'

const notPatch = "'data' must be of type JSON patch request when save_method is PATCH"
const noSource = "an entry without 'data' needs a 'url' to fetch it from"

export const EntrySchema: v.GenericSchema<unknown, DataEntry> = v.pipe(
  WrittenSchema,
  v.transform(withPatchNames),
  v.forward(v.check(isPatch, notPatch), ['data']),
  v.forward(v.check(hasSource, noSource), ['data']),
  v.transform(entryOf),
)

/** In the patches that OPAL's own models and command write, `from` is called as in Python. */
function withPatchNames(written: WrittenEntry): WrittenEntry {
  const data = written.data as Json | undefined
  if (written.save_method !== 'PATCH' || !isJsonArray(data)) return written
  return { ...written, data: data.map(withFrom) }
}

function withFrom(operation: Json): Json {
  if (!isJsonObject(operation)) return operation
  const { from_field: from, ...rest } = operation
  return typeof from === 'string' && typeof rest['from'] !== 'string'
    ? { ...rest, from }
    : operation
}

function entryOf(written: WrittenEntry): DataEntry {
  const { url, config, topics, dst_path: dstPath, save_method: saveMethod } = written
  const isGiven = isInline(written) && saveMethod !== 'DELETE'
  return {
    url,
    config,
    topics,
    dstPath,
    saveMethod,
    ...(isGiven && { data: written.data as Json }),
    periodicUpdateInterval: written.periodic_update_interval,
  }
}

/** OPAL writes `null` for data that is to be fetched. */
function isInline({ url, data }: Pick<WrittenEntry, 'url' | 'data'>): boolean {
  return data !== undefined && (data !== null || url === '')
}

function isObject(value: unknown): value is JsonObject {
  return isJsonObject(value as Json)
}

/** OPAL's DataSourceEntry again. */
export function writtenEntry(entry: DataEntry): JsonObject {
  const { url, config, topics, dstPath, saveMethod, data, periodicUpdateInterval } = entry
  return {
    url,
    config,
    topics: [...topics],
    dst_path: dstPath,
    save_method: saveMethod,
    ...dataMember(saveMethod, data),
    periodic_update_interval: periodicUpdateInterval,
  }
}

/** A leading and a closing slash mean nothing. */
export function segmentsOf(path: string): readonly string[] {
  return path
    .split('/')
    .filter((segment, index, all) => segment !== '' || (index > 0 && index < all.length - 1))
}
