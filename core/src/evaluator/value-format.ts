import { isJsonNumber } from '../json/equal.ts'
import { spend } from './effort.ts'
import { entriesOf, isArrayValue, RegoSet, type RegoValue } from './value.ts'

/** A text takes longer than a comparison, and memory. */
const collectionCost = 50
/** Go's way of quoting looks at each character. */
const characterCost = 4

/**
 * The text of a value in OPA's value format, members and items in OPA's order. Strings are quoted as in
 * JSON unless another `quote` is given.
 */
export function formatValue(
  value: RegoValue,
  quote: (text: string) => string = JSON.stringify,
): string {
  const format = (item: RegoValue): string => formatValue(item, quote)
  if (typeof value === 'string') {
    spend(value.length * characterCost)
    return quote(value)
  }
  if (typeof value !== 'object' || value === null || isJsonNumber(value)) return String(value)
  spend(collectionCost)
  if (isArrayValue(value)) return `[${value.map(format).join(', ')}]`
  if (value instanceof RegoSet) {
    return value.items.length === 0 ? 'set()' : `{${value.items.map(format).join(', ')}}`
  }
  const members = entriesOf(value).map(([key, member]) => `${format(key)}: ${format(member)}`)
  return `{${members.join(', ')}}`
}
