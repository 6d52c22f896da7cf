import { Decimal } from '../json/decimal.ts'
import { isJsonNumber } from '../json/equal.ts'
import { setMember } from '../json/member.ts'
import { compareNumbers, type JsonNumber } from '../json/number.ts'
import { spend } from './effort.ts'
import { ValueMap } from './value-map.ts'

/**
 * A value as Rego has it: JSON, sets, and objects whose keys may be any value. Documents stay the plain values they
 * were read as; an object with keys that are all strings is a record or a `RegoObject`, which are equal.
 */
export type RegoValue =
  | null
  | boolean
  | JsonNumber
  | string
  | readonly RegoValue[]
  | RegoSet
  | RegoObject
  | RegoRecord

/** A plain JavaScript object. */
export type RegoRecord = { readonly [key: string]: RegoValue }

export type RegoEntry = readonly [key: RegoValue, value: RegoValue]

/** Up to here comparing with each member beats an index. */
const fewMembers = 8

/** A set without duplicates. Only who made it may add to it. */
export class RegoSet {
  readonly #members: RegoValue[]
  #index: ValueMap<true> | undefined
  #isSorted = false

  /** `items` become its own; none of them comes twice (`setOf` sees to that). */
  constructor(items: RegoValue[] = []) {
    this.#members = items
  }

  get size(): number {
    return this.#members.length
  }

  /** In OPA's order. */
  get items(): readonly RegoValue[] {
    if (!this.#isSorted) sortValues(this.#members)
    this.#isSorted = true
    return this.#members
  }

  /** In any order: cheaper where order cannot show. */
  get members(): readonly RegoValue[] {
    return this.#members
  }

  /** As OPA reads it: `value` if it is a member, written as it was asked for (`{1.0}[1]` is `1`). */
  get(value: RegoValue): RegoValue | undefined {
    return this.has(value) ? value : undefined
  }

  has(value: RegoValue): boolean {
    if (this.#members.length > fewMembers) return this.#indexed().get(value) !== undefined
    for (const member of this.#members) if (isEqual(member, value)) return true
    return false
  }

  add(value: RegoValue): void {
    if (this.has(value)) return
    this.#members.push(value)
    this.#index?.set(value, true)
    this.#isSorted = false
  }

  #indexed(): ValueMap<true> {
    if (this.#index) return this.#index
    this.#index = new ValueMap()
    for (const member of this.#members) this.#index.set(member, true)
    return this.#index
  }
}

/** The set of these items, which may hold one twice. */
export function setOf(items: Iterable<RegoValue>): RegoSet {
  const set = new RegoSet()
  for (const item of items) set.add(item)
  return set
}

/** An object with keys of any type. Only who made it may add to it. */
export class RegoObject {
  readonly #members = new ValueMap<RegoEntry>()
  #entries: readonly RegoEntry[] | undefined

  /** Of two entries with one key the last value counts, and the first spelling of the key. */
  constructor(entries: Iterable<RegoEntry> = []) {
    for (const [key, value] of entries) this.set(key, value)
  }

  get size(): number {
    return this.#members.size
  }

  /** In OPA's order of keys. */
  get entries(): readonly RegoEntry[] {
    this.#entries ??= [...this.#members.values()].sort(compareKeys)
    return this.#entries
  }

  /** In any order: cheaper where order cannot show. */
  get members(): Iterable<RegoEntry> {
    return this.#members.values()
  }

  get(key: RegoValue): RegoValue | undefined {
    return this.#members.get(key)?.[1]
  }

  set(key: RegoValue, value: RegoValue): void {
    this.#members.set(key, [this.#members.get(key)?.[0] ?? key, value])
    this.#entries = undefined
  }
}

export type RegoObjectValue = RegoObject | RegoRecord

export function isObjectValue(value: RegoValue | undefined): value is RegoObjectValue {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof RegoSet) &&
    !(value instanceof Decimal)
  )
}

/** The object with these entries: a record where all keys are strings. Of two with one key the last one counts. */
export function objectOf(entries: readonly RegoEntry[]): RegoObjectValue {
  if (!entries.every(([key]) => typeof key === 'string')) return new RegoObject(entries)
  const record: Record<string, RegoValue> = {}
  for (const [key, value] of entries) setMember(record, key as string, value)
  return record
}

export function getMember(object: RegoObjectValue, key: RegoValue): RegoValue | undefined {
  if (object instanceof RegoObject) return object.get(key)
  return typeof key === 'string' && Object.hasOwn(object, key) ? object[key] : undefined
}

/** In OPA's order of keys. */
export function entriesOf(object: RegoObjectValue): readonly RegoEntry[] {
  return object instanceof RegoObject ? object.entries : Object.entries(object).sort(compareKeys)
}

/** In any order: cheaper where order cannot show. */
export function membersOf(object: RegoObjectValue): Iterable<RegoEntry> {
  return object instanceof RegoObject ? object.members : Object.entries(object)
}

export function sizeOf(object: RegoObjectValue): number {
  return object instanceof RegoObject ? object.size : Object.keys(object).length
}

/** The items of an array or a set, in order; undefined for any other value. */
export function itemsOf(value: RegoValue | undefined): readonly RegoValue[] | undefined {
  if (value instanceof RegoSet) return value.items
  return isArrayValue(value) ? value : undefined
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
  if (isObjectValue(left) && isObjectValue(right))
    return compareLists(entriesOf(left), entriesOf(right), compareEntries)
  return compareLists(itemsOf(left) ?? [], itemsOf(right) ?? [], compareValues)
}

/** Whether both are the same value: numbers by value, `1.0` is `1`. */
export function isEqual(left: RegoValue, right: RegoValue): boolean {
  if (left === right) return true
  if (typeof left !== 'object' && typeof left === typeof right) return false
  if (isObjectValue(left)) return isObjectValue(right) && isEqualObject(left, right)
  if (isArrayValue(left)) return isArrayValue(right) && isEqualArray(left, right)
  return compareValues(left, right) === 0
}

function isEqualObject(left: RegoObjectValue, right: RegoObjectValue): boolean {
  spend(1)
  if (sizeOf(left) !== sizeOf(right)) return false
  for (const [key, value] of membersOf(left)) {
    const other = getMember(right, key)
    if (other === undefined || !isEqual(value, other)) return false
  }
  return true
}

function isEqualArray(left: readonly RegoValue[], right: readonly RegoValue[]): boolean {
  spend(1)
  return (
    left.length === right.length && left.every((item, at) => isEqual(item, right[at] as RegoValue))
  )
}

function compareLists<Item>(
  left: readonly Item[],
  right: readonly Item[],
  compare: (left: Item, right: Item) => number,
): number {
  spend(1)
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
