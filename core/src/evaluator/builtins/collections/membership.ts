import { isJsonNumber } from '../../../json/equal.ts'
import {
  getMember,
  isArrayValue,
  isEqual,
  isObjectValue,
  membersOf,
  RegoSet,
  type RegoValue,
} from '../../value.ts'
import { parseInt64 } from '../operand.ts'

/** `value in collection`: false for what is no collection. */
export function isMember(operands: readonly RegoValue[]): boolean {
  const [value, collection] = [operands[0] as RegoValue, operands[1]]
  if (collection instanceof RegoSet) return collection.has(value)
  if (isArrayValue(collection)) return collection.some((item) => isEqual(value, item))
  return isObjectValue(collection) && hasMember(collection, value)
}

function hasMember(object: Parameters<typeof membersOf>[0], value: RegoValue): boolean {
  for (const [, member] of membersOf(object)) if (isEqual(value, member)) return true
  return false
}

/** `key, value in collection`. */
export function isMemberAt(operands: readonly RegoValue[]): boolean {
  const [key, value] = [operands[0] as RegoValue, operands[1] as RegoValue]
  const found = find(operands[2], key)
  return found !== undefined && isEqual(value, found)
}

/** What the collection has at a key; a member of a set is its own key. */
function find(collection: RegoValue | undefined, key: RegoValue): RegoValue | undefined {
  if (collection instanceof RegoSet) return collection.get(key)
  if (isArrayValue(collection)) return itemAt(collection, key)
  return isObjectValue(collection) ? getMember(collection, key) : undefined
}

/** By an integer, also `1.0`. */
function itemAt(items: readonly RegoValue[], key: RegoValue): RegoValue | undefined {
  if (typeof key === 'number') return items[key]
  return isJsonNumber(key) ? items[Number(parseInt64(String(key)))] : undefined
}
