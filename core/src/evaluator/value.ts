import { isJsonNumber } from '../json/equal.ts'
import type { Json } from '../json/json.ts'
import { compareNumbers, type JsonNumber } from '../json/number.ts'
import { stringifyJson } from '../json/stringify.ts'

/** A value as Rego has it: JSON, sets, and objects whose keys may be any value. */
export type RegoValue =
  | null
  | boolean
  | JsonNumber
  | string
  | readonly RegoValue[]
  | RegoSet
  | RegoObject
  | PlainObject

/** An object with string keys only, the usual kind. */
export type PlainObject = { readonly [key: string]: RegoValue }

/** A set without duplicates; `items` are in OPA's order. */
export class RegoSet {
  readonly items: readonly RegoValue[]

  constructor(items: readonly RegoValue[]) {
    this.items = items.length > 1 ? items.toSorted(compareValues) : items
  }
}

export type RegoEntry = readonly [key: RegoValue, value: RegoValue]

/** An object with at least one key that is no string; `entries` are in OPA's order of keys. */
export class RegoObject {
  readonly entries: readonly RegoEntry[]

  constructor(entries: readonly RegoEntry[]) {
    this.entries = entries.toSorted(([left], [right]) => compareValues(left, right))
  }
}

export function isArrayValue(value: RegoValue | undefined): value is readonly RegoValue[] {
  return Array.isArray(value)
}

export function isObjectValue(value: RegoValue | undefined): value is RegoObject | PlainObject {
  return value !== undefined && rankOf(value) === ranks.object
}

/** The members of an object in OPA's order of keys. */
export function entriesOf(value: RegoObject | PlainObject): readonly RegoEntry[] {
  if (value instanceof RegoObject) return value.entries
  return Object.entries(value).toSorted(([left], [right]) => compareStrings(left, right))
}

/** OPA's order: null < booleans < numbers < strings by code point < arrays < objects < sets. */
export function compareValues(left: RegoValue, right: RegoValue): number {
  if (typeof left === 'string' && typeof right === 'string') return compareStrings(left, right)
  const [rank, other] = [rankOf(left), rankOf(right)]
  return rank === other ? compareAlike(left, right) : rank - other
}

function compareAlike(left: RegoValue, right: RegoValue): number {
  if (left === right) return 0
  if (typeof left === 'boolean') return left ? 1 : -1
  if (isJsonNumber(left) && isJsonNumber(right)) return compareNumbers(left, right)
  return compareLists(itemsOf(left), itemsOf(right))
}

/** What is compared one by one: items, or keys and values in turn. */
function itemsOf(value: RegoValue): readonly RegoValue[] {
  if (isArrayValue(value)) return value
  if (value instanceof RegoSet) return value.items
  return isObjectValue(value) ? entriesOf(value).flat() : []
}

/** JSON as OPA writes it: sets become arrays, keys that are no strings become their JSON text. */
export function toJson(value: RegoValue): Json {
  if (typeof value !== 'object' || value === null || isJsonNumber(value)) return value
  if (isArrayValue(value)) return value.map(toJson)
  if (value instanceof RegoSet) return value.items.map(toJson)
  if (value instanceof RegoObject) {
    return Object.fromEntries(value.entries.map(([key, member]) => [keyText(key), toJson(member)]))
  }
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toJson(member)]))
}

const ranks = { null: 0, boolean: 1, number: 2, string: 3, array: 4, object: 5, set: 6 } as const

function rankOf(value: RegoValue): number {
  if (typeof value === 'string') return ranks.string
  if (isJsonNumber(value)) return ranks.number
  if (value === null) return ranks.null
  if (typeof value === 'boolean') return ranks.boolean
  if (isArrayValue(value)) return ranks.array
  return value instanceof RegoSet ? ranks.set : ranks.object
}

function compareLists(left: readonly RegoValue[], right: readonly RegoValue[]): number {
  const shared = Math.min(left.length, right.length)
  for (let at = 0; at < shared; at++) {
    const order = compareValues(left[at] ?? null, right[at] ?? null)
    if (order !== 0) return order
  }
  return left.length - right.length
}

/** `<` goes by UTF-16 unit, which puts U+E000 and above behind characters beyond U+FFFF. */
function compareStrings(left: string, right: string): number {
  const shared = Math.min(left.length, right.length)
  for (let at = 0; at < shared; at++) {
    const difference = codePointRank(left.charCodeAt(at)) - codePointRank(right.charCodeAt(at))
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}

/** Go's encoder, which OPA uses for keys, sorts members and escapes what HTML minds. */
function keyText(key: RegoValue): string {
  if (typeof key === 'string') return key
  const escape = (character: string) =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return stringifyJson(sortMembers(toJson(key))).replace(/[<>&\u2028\u2029]/g, escape)
}

function sortMembers(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortMembers)
  if (!isObjectValue(value)) return value
  return Object.fromEntries(
    entriesOf(value).map(([key, member]) => [key, sortMembers(member as Json)]),
  )
}
