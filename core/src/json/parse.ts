import {
  accept,
  createCursor,
  expect,
  expectEnd,
  peek,
  readItems,
  readScalar,
  readString,
  unexpected,
  type Cursor,
} from './cursor.ts'
import type { Json } from './json.ts'
import { isPlainJson } from './scan.ts'

/**
 * Parses JSON without losing a digit. Throws `JsonError` with line and column, also for a text nested
 * deeper than `maxDepth`. A member named `__proto__` is a member like any other.
 */
export function parseJson(text: string): Json {
  if (isPlainJson(text)) {
    try {
      return JSON.parse(text) as Json
    } catch {
      // Engines word and place their errors differently: our own reader names the place below.
    }
  }
  return readText(text)
}

function readText(text: string): Json {
  const cursor = createCursor(text)
  const value = readValue(cursor)
  expectEnd(cursor)
  return value
}

function readValue(cursor: Cursor): Json {
  switch (peek(cursor)) {
    case '{':
      return readObject(cursor)
    case '[':
      return readArray(cursor)
    case '"':
      return readString(cursor)
    default:
      return readScalar(cursor)
  }
}

function readArray(cursor: Cursor): Json {
  const items: Json[] = []
  expect(cursor, '[')
  readItems(cursor, ']', () => items.push(readValue(cursor)))
  return items
}

function readObject(cursor: Cursor): Json {
  const members: [string, Json][] = []
  expect(cursor, '{')
  readItems(cursor, '}', () => members.push(readMember(cursor)))
  return Object.fromEntries(members)
}

function readMember(cursor: Cursor): [string, Json] {
  if (peek(cursor) !== '"') throw unexpected(cursor)
  const key = readString(cursor)
  if (!accept(cursor, ':')) throw unexpected(cursor)
  return [key, readValue(cursor)]
}
