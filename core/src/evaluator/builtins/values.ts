import { compareValues, RegoSet, type RegoObject, type RegoValue } from '../value.ts'

export function isEqual(left: RegoValue, right: RegoValue): boolean {
  return compareValues(left, right) === 0
}

/** The set of these items, which may hold one twice. */
export function setOf(items: readonly RegoValue[]): RegoSet {
  const sorted = new RegoSet(items).items
  return new RegoSet(
    sorted.filter((item, at) => at === 0 || !isEqual(sorted[at - 1] ?? null, item)),
  )
}

export function memberOf(object: RegoObject, key: RegoValue): RegoValue | undefined {
  return object.entries.find(([other]) => isEqual(other, key))?.[1]
}

/** The items of an array or a set; undefined for any other value. */
export function itemsOf(value: RegoValue | undefined): readonly RegoValue[] | undefined {
  if (value instanceof RegoSet) return value.items
  return Array.isArray(value) ? (value as readonly RegoValue[]) : undefined
}
