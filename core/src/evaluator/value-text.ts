import {
  closeBrace,
  closeBracket,
  colon,
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
import { RegoObject, RegoSet, toJson, type RegoValue } from './value.ts'

/**
 * Reads OPA's value format: JSON with sets `{1, 2}`, `set()` and keys of any type. Throws `JsonError`.
 * Written by OPA's `opa_value_dump` (wasm/src/json.c).
 */
export function parseValue(text: string): RegoValue {
  return readText<RegoValue>(text, asItIs)
}

/** `toJson(parseValue(text))` without building what is JSON already a second time. */
export function parseValueAsJson(text: string): Json {
  return readText(text, toJson)
}

/** What becomes of sets and of objects with keys that JSON has not, unless they are inside of such. */
type Finish<Value> = (special: RegoSet | RegoObject) => Value

function readText<Value extends RegoValue>(text: string, finish: Finish<Value>): Value {
  const cursor = createCursor(text)
  const value = readValue(cursor, finish)
  expectEnd(cursor)
  return value as Value
}

function readValue(cursor: Cursor, finish: Finish<RegoValue>): RegoValue {
  switch (peek(cursor)) {
    case openBrace:
      return readBraces(cursor, finish)
    case openBracket:
      return readArray(cursor, finish)
    case quote:
      return readString(cursor)
    default:
      return acceptWord(cursor, 'set()') ? finish(new RegoSet([])) : readScalar(cursor)
  }
}

function readArray(cursor: Cursor, finish: Finish<RegoValue>): RegoValue {
  const items: RegoValue[] = []
  open(cursor)
  if (closes(cursor, closeBracket)) return items
  do items.push(readValue(cursor, finish))
  while (hasNext(cursor, closeBracket))
  return items
}

/** A set or an object: which one shows only behind the first item. `{}` is an object. */
function readBraces(cursor: Cursor, finish: Finish<RegoValue>): RegoValue {
  open(cursor)
  if (closes(cursor, closeBrace)) return {}
  const first = readValue(cursor, asItIs)
  if (accept(cursor, colon)) return readObject(cursor, first, finish)
  return finish(readSet(cursor, first))
}

function readSet(cursor: Cursor, first: RegoValue): RegoSet {
  const items = [first]
  while (hasNext(cursor, closeBrace)) items.push(readValue(cursor, asItIs))
  return new RegoSet(items)
}

function readObject(cursor: Cursor, first: RegoValue, finish: Finish<RegoValue>): RegoValue {
  const keys = [first]
  const values = [readValue(cursor, finish)]
  while (hasNext(cursor, closeBrace)) {
    keys.push(readValue(cursor, asItIs))
    if (!accept(cursor, colon)) throw unexpected(cursor)
    values.push(readValue(cursor, finish))
  }
  return createPlainObject(keys, values) ?? finish(createObject(keys, values))
}

function createPlainObject(
  keys: readonly RegoValue[],
  values: readonly RegoValue[],
): RegoValue | undefined {
  const object: Record<string, RegoValue> = {}
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at]
    if (typeof key !== 'string') return undefined
    setMember(object, key, values[at] ?? null)
  }
  return object
}

function createObject(keys: readonly RegoValue[], values: readonly RegoValue[]): RegoObject {
  return new RegoObject(keys.map((key, at) => [key, values[at] ?? null]))
}

function asItIs(value: RegoSet | RegoObject): RegoValue {
  return value
}
