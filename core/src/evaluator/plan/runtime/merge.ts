import {
  getMember,
  isObjectValue,
  membersOf,
  objectOf,
  type RegoEntry,
  type RegoObjectValue,
  type RegoValue,
} from '../../value.ts'

/** Of two documents the first counts wherever both have a value; objects are merged member by member. */
export function mergeValues(
  first: RegoValue | undefined,
  second: RegoValue | undefined,
): RegoValue | undefined {
  if (first === undefined) return second
  if (!isObjectValue(first) || !isObjectValue(second)) return first
  return mergeObjects(first, second)
}

function mergeObjects(first: RegoObjectValue, second: RegoObjectValue): RegoValue {
  const entries: RegoEntry[] = []
  for (const [key, value] of membersOf(first)) {
    const other = getMember(second, key)
    entries.push([key, mergeValues(value, other) ?? value])
  }
  for (const entry of membersOf(second)) {
    if (getMember(first, entry[0]) === undefined) entries.push(entry)
  }
  return objectOf(entries)
}
