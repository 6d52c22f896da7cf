import { Decimal } from '../json/decimal.ts'
import { isJsonNumber } from '../json/equal.ts'
import { compareNumbers, type JsonNumber } from '../json/number.ts'

/** A value as Rego has it: JSON, sets, and objects whose keys may be any value. */
export type RegoValue =
  | null
  | boolean
  | JsonNumber
  | string
  | readonly RegoValue[]
  | RegoSet
  | RegoObject

/** A set without duplicates; `items` are in OPA's order. */
export class RegoSet {
  readonly items: readonly RegoValue[]

  constructor(items: readonly RegoValue[]) {
    this.items = items.length > 1 ? sortValues([...items]) : items
  }
}

export type RegoEntry = readonly [key: RegoValue, value: RegoValue]

/** An object; `entries` are in OPA's order of keys, none of which comes twice. */
export class RegoObject {
  readonly entries: readonly RegoEntry[]

  constructor(entries: readonly RegoEntry[]) {
    this.entries = entries.length > 1 ? entries.toSorted(compareKeys) : entries
  }
}

export function isArrayValue(value: RegoValue | undefined): value is readonly RegoValue[] {
  return Array.isArray(value)
}

/** Up to here insertion beats the built-in sort's fixed price. */
const few = 10

/** Puts the items in OPA's order, in place. */
export function sortValues(items: RegoValue[]): RegoValue[] {
  if (items.length <= few) return insertEach(items)
  // oxlint-disable-next-line typescript/require-array-sort-compare -- by code unit, which the texts let through are ordered by
  return items.every(isSimpleText) ? items.sort() : items.sort(compareValues)
}

function insertEach(items: RegoValue[]): RegoValue[] {
  for (let end = 1; end < items.length; end++) {
    const item = items[end] as RegoValue
    let at = end
    for (; at > 0; at--) {
      const before = items[at - 1] as RegoValue
      if (compareValues(before, item) <= 0) break
      items[at] = before
    }
    items[at] = item
  }
  return items
}

/** Text that the built-in sort, which goes by UTF-16 unit, puts in order of code points. */
function isSimpleText(value: RegoValue): boolean {
  return typeof value === 'string' && !/[\ud800-\uffff]/.test(value)
}

/** OPA's order: null < booleans < numbers < strings by code point < arrays < objects < sets. */
export function compareValues(left: RegoValue, right: RegoValue): number {
  if (typeof left === 'string' && typeof right === 'string') return compareStrings(left, right)
  if (typeof left === 'number' && typeof right === 'number') return left - right
  const rank = rankOf(left)
  const other = rankOf(right)
  return rank === other ? compareAlike(left, right) : rank - other
}

function compareAlike(left: RegoValue, right: RegoValue): number {
  if (left === right) return 0
  if (isJsonNumber(left) && isJsonNumber(right)) return compareNumbers(left, right)
  if (typeof left === 'boolean') return left ? 1 : -1
  if (left instanceof RegoObject && right instanceof RegoObject)
    return compareLists(left.entries, right.entries, compareEntries)
  return compareLists(itemsOf(left), itemsOf(right), compareValues)
}

function itemsOf(value: RegoValue): readonly RegoValue[] {
  if (isArrayValue(value)) return value
  return value instanceof RegoSet ? value.items : []
}

function compareLists<Item>(
  left: readonly Item[],
  right: readonly Item[],
  compare: (left: Item, right: Item) => number,
): number {
  const shared = Math.min(left.length, right.length)
  for (let at = 0; at < shared; at++) {
    const order = compare(left[at] as Item, right[at] as Item)
    if (order !== 0) return order
  }
  return left.length - right.length
}

function compareKeys([left]: RegoEntry, [right]: RegoEntry): number {
  return compareValues(left, right)
}

function compareEntries(left: RegoEntry, right: RegoEntry): number {
  return compareKeys(left, right) || compareValues(left[1], right[1])
}

const ranks = { null: 0, boolean: 1, number: 2, string: 3, array: 4, object: 5, set: 6 } as const

function rankOf(value: RegoValue): number {
  if (typeof value === 'string') return ranks.string
  if (typeof value === 'number' || typeof value === 'bigint') return ranks.number
  if (typeof value === 'boolean') return ranks.boolean
  if (value === null) return ranks.null
  if (isArrayValue(value)) return ranks.array
  if (value instanceof RegoSet) return ranks.set
  return value instanceof Decimal ? ranks.number : ranks.object
}

/** By code point; `<` goes by UTF-16 unit, which puts U+E000 and above behind characters beyond U+FFFF. */
export function compareStrings(left: string, right: string): number {
  const shared = Math.min(left.length, right.length)
  for (let at = 0; at < shared; at++) {
    const unit = left.charCodeAt(at)
    const other = right.charCodeAt(at)
    if (unit !== other) return codePointRank(unit) - codePointRank(other)
  }
  return left.length - right.length
}

function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}
