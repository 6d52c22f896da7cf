import {
  accept,
  acceptWord,
  createCursor,
  expect,
  expectEnd,
  peek,
  readItems,
  readScalar,
  readString,
  type Cursor,
} from '../json/cursor.ts'
import { RegoObject, RegoSet, type PlainObject, type RegoEntry, type RegoValue } from './value.ts'

/**
 * Reads OPA's value format: JSON with sets `{1, 2}`, `set()` and keys of any type. Throws `JsonError`.
 * Written by OPA's `opa_value_dump` (wasm/src/json.c).
 */
export function parseValue(text: string): RegoValue {
  const cursor = createCursor(text)
  const value = readValue(cursor)
  expectEnd(cursor)
  return value
}

function readValue(cursor: Cursor): RegoValue {
  switch (peek(cursor)) {
    case '{':
      return readBraces(cursor)
    case '[':
      return readArray(cursor)
    case '"':
      return readString(cursor)
    case 's':
      return readEmptySet(cursor)
    default:
      return readScalar(cursor)
  }
}

function readArray(cursor: Cursor): RegoValue {
  const items: RegoValue[] = []
  expect(cursor, '[')
  readItems(cursor, ']', () => items.push(readValue(cursor)))
  return items
}

function readEmptySet(cursor: Cursor): RegoSet {
  if (!acceptWord(cursor, 'set()')) expect(cursor, 'set()')
  return new RegoSet([])
}

/** A set or an object: which one shows only behind the first item. `{}` is an object. */
function readBraces(cursor: Cursor): RegoValue {
  const entries: RegoEntry[] = []
  const items: RegoValue[] = []
  expect(cursor, '{')
  readItems(cursor, '}', () => {
    const item = readValue(cursor)
    if (items.length === 0 && accept(cursor, ':')) entries.push([item, readValue(cursor)])
    else items.push(item)
  })
  return items.length > 0 ? new RegoSet(items) : createObject(entries)
}

function createObject(entries: readonly RegoEntry[]): RegoObject | PlainObject {
  return entries.every(isMember) ? Object.fromEntries(entries) : new RegoObject(entries)
}

function isMember(entry: RegoEntry): entry is readonly [string, RegoValue] {
  return typeof entry[0] === 'string'
}
