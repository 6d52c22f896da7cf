import {
  closeBrace,
  closeBracket,
  colon,
  letterS,
  openBrace,
  openBracket,
  quote,
} from '../json/characters.ts'
import {
  accept,
  acceptWord,
  closes,
  createCursor,
  expectEnd,
  hasNext,
  open,
  peek,
  readScalar,
  readString,
  unexpected,
  type Cursor,
} from '../json/cursor.ts'
import type { Json } from '../json/json.ts'
import { setMember } from '../json/member.ts'
import { keyText, toJson } from './value-json.ts'
import { compareValues, objectOf, sortValues, RegoSet, type RegoValue } from './value.ts'

/**
 * Reads OPA's value format: JSON with sets `{1, 2}`, `set()` and keys of any type. Throws `JsonError`.
 * Written by OPA's `opa_value_dump` (wasm/src/json.c).
 */
export function parseValue(text: string): RegoValue {
  return readText(text, asRego)
}

/** `toJson(parseValue(text))` without building what is JSON already a second time. */
export function parseValueAsJson(text: string): Json {
  return readText(text, asJson)
}

/** What arrays, sets and objects become. Items and keys come as Rego has them, for their order needs it. */
type Target<Value> = {
  readonly array: (items: Value[]) => Value
  readonly set: (items: RegoValue[]) => Value
  readonly object: (entries: Entry<Value>[]) => Value
}

type Entry<Value> = readonly [key: RegoValue, value: Value]

const asRego: Target<RegoValue> = {
  array: (items) => items,
  set: (items) => new RegoSet(items),
  object: objectOf,
}

const asJson: Target<Json> = {
  array: (items) => items,
  set: (items) => sortValues(items).map(toJson),
  object: membersFrom,
}

/** Keys that become the same text are rare, and need keys that are no strings: the last in order wins. */
function membersFrom(entries: Entry<Json>[]): Json {
  if (!entries.every(isMember)) entries.sort(([left], [right]) => compareValues(left, right))
  const members: Record<string, Json> = {}
  for (const [key, value] of entries) setMember(members, keyText(key), value)
  return members
}

function isMember([key]: Entry<Json>): boolean {
  return typeof key === 'string'
}

function readText<Value extends Json | RegoValue>(text: string, target: Target<Value>): Value {
  const cursor = createCursor(text)
  const value = readValue(cursor, target)
  expectEnd(cursor)
  return value
}

function readValue<Value extends Json | RegoValue>(cursor: Cursor, target: Target<Value>): Value {
  switch (peek(cursor)) {
    case quote:
      return readString(cursor) as Value
    case openBrace:
      return readBraces(cursor, target)
    case openBracket:
      return target.array(readArray(cursor, target))
    case letterS:
      if (acceptWord(cursor, 'set()')) return target.set([])
  }
  return readScalar(cursor) as Value
}

function readArray<Value extends Json | RegoValue>(cursor: Cursor, target: Target<Value>): Value[] {
  const items: Value[] = []
  open(cursor)
  if (closes(cursor, closeBracket)) return items
  do items.push(readValue(cursor, target))
  while (hasNext(cursor, closeBracket))
  return items
}

/** A set or an object: which one shows only behind the first item. `{}` is an object. */
function readBraces<Value extends Json | RegoValue>(cursor: Cursor, target: Target<Value>): Value {
  open(cursor)
  if (closes(cursor, closeBrace)) return target.object([])
  const first = readValue(cursor, asRego)
  if (!accept(cursor, colon)) return target.set(readSet(cursor, first))
  return target.object(readEntries(cursor, first, target))
}

function readSet(cursor: Cursor, first: RegoValue): RegoValue[] {
  const items = [first]
  while (hasNext(cursor, closeBrace)) items.push(readValue(cursor, asRego))
  return items
}

function readEntries<Value extends Json | RegoValue>(
  cursor: Cursor,
  first: RegoValue,
  target: Target<Value>,
): Entry<Value>[] {
  const entries: Entry<Value>[] = [[first, readValue(cursor, target)]]
  while (hasNext(cursor, closeBrace)) {
    const key = readValue(cursor, asRego)
    if (!accept(cursor, colon)) throw unexpected(cursor)
    entries.push([key, readValue(cursor, target)])
  }
  return entries
}
