import { isJsonArray, isJsonObject } from './equal.ts'
import type { Json } from './json.ts'
import { setMember } from './member.ts'

/** The same value again; no array or object is shared. */
export function copyJson(value: Json): Json {
  if (isJsonArray(value)) return value.map(copyJson)
  if (!isJsonObject(value)) return value
  const members: Record<string, Json> = {}
  for (const [key, member] of Object.entries(value)) setMember(members, key, copyJson(member))
  return members
}
