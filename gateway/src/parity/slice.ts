import { isJsonArray, isJsonObject } from '@vedette/core/json/equal'
import type { Json } from '@vedette/core/json/json'
import { setMember } from '@vedette/core/json/member'

/** Beyond this many values a comparison would cost more than it finds. */
const valueLimit = 20_000

/** What of a document lies at these paths, in its place; undefined when that is very large. */
export function sliceOf(document: Json, paths: readonly (readonly string[])[]): Json | undefined {
  let slice: Json = {}
  let room = valueLimit
  for (const path of paths) {
    const value = valueAt(document, path)
    if (value === undefined) continue
    room -= countUpTo(value, room)
    if (room <= 0) return undefined
    slice = placed(slice, path, value)
  }
  return slice
}

function valueAt(document: Json, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((value, segment) => {
    return isJsonObject(value) && Object.hasOwn(value, segment) ? value[segment] : undefined
  }, document)
}

function placed(slice: Json, path: readonly string[], value: Json): Json {
  const [segment, ...rest] = path
  if (segment === undefined) return value
  const members: Record<string, Json> = isJsonObject(slice) ? { ...slice } : {}
  const below = Object.hasOwn(members, segment) ? (members[segment] ?? {}) : {}
  setMember(members, segment, placed(below, rest, value))
  return members
}

/** How many values there are, as far as `limit`. */
function countUpTo(value: Json, limit: number): number {
  if (!isJsonArray(value) && !isJsonObject(value)) return 1
  let count = 1
  for (const member of isJsonArray(value) ? value : Object.values(value)) {
    count += countUpTo(member, limit - count)
    if (count >= limit) return count
  }
  return count
}
