import type { Json, JsonObject } from '../../../json/json.ts'
import { compareStrings } from '../../value.ts'

/** OPA goes through members in any order, and its errors come in that; here they come in order of names. */
export function sortedEntries(object: JsonObject): readonly (readonly [string, Json])[] {
  return Object.entries(object).sort(([first], [second]) => compareStrings(first, second))
}
