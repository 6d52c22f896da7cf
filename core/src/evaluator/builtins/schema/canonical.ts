import { isJsonArray, isJsonNumber, isJsonObject } from '../../../json/equal.ts'
import type { Json } from '../../../json/json.ts'
import { goText } from '../../value-json.ts'
import { sortedEntries } from './sorted-entries.ts'

/** The text that values share which JSON Schema holds for equal, for numbers are doubles in it. */
export function canonicalText(value: Json): string {
  if (isJsonNumber(value)) return doubleText(Number(value))
  if (isJsonArray(value)) return `[${value.map(canonicalText).join(',')}]`
  if (!isJsonObject(value)) return goText(value)
  const members = sortedEntries(value).map(
    ([name, member]) => `${goText(name)}:${canonicalText(member)}`,
  )
  return `{${members.join(',')}}`
}

function doubleText(double: number): string {
  if (!Number.isFinite(double)) throw new RangeError('OPA fails on numbers beyond doubles here')
  return Object.is(double, -0) ? '-0' : String(double)
}
