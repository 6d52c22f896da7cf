import { closeBrace, closeBracket, colon, openBrace, openBracket, quote } from './characters.ts'
import {
  accept,
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
} from './cursor.ts'
import { replaceHalfCharacters } from './half-characters.ts'
import { maxDepth, type Json } from './json.ts'
import { setMember } from './member.ts'
import { isPlainJson } from './scan.ts'
import { mayHoldStrangeNumber } from './strange-number.ts'

const encoder = new TextEncoder()

/**
 * Parses JSON without losing a digit. Throws `JsonError` with line and column, also for a text nested
 * deeper than `maxDepth`. A member named `__proto__` is a member like any other; half a character, `\ud800`, is U+FFFD
 * as it is to Go.
 */
export function parseJson(json: string): Json {
  const text = replaceHalfCharacters(json)
  if (!isPlain(text)) return readText(text)
  try {
    return JSON.parse(text) as Json
  } catch {
    // Engines word and place their errors differently; our own reader names the place.
    return readText(text)
  }
}

/** Too short to be nested too deep: a look at the text is quicker then than one at its bytes. */
const shortLength = maxDepth

function isPlain(text: string): boolean {
  const isHarmless =
    text.length <= shortLength && !text.includes('\\') && !mayHoldStrangeNumber(text)
  return isHarmless || isPlainJson(encoder.encode(text))
}

function readText(text: string): Json {
  const cursor = createCursor(text)
  const value = readValue(cursor)
  expectEnd(cursor)
  return value
}

function readValue(cursor: Cursor): Json {
  switch (peek(cursor)) {
    case openBrace:
      return readObject(cursor)
    case openBracket:
      return readArray(cursor)
    case quote:
      return readString(cursor)
    default:
      return readScalar(cursor)
  }
}

function readArray(cursor: Cursor): Json {
  const items: Json[] = []
  open(cursor)
  if (closes(cursor, closeBracket)) return items
  do items.push(readValue(cursor))
  while (hasNext(cursor, closeBracket))
  return items
}

function readObject(cursor: Cursor): Json {
  const members: Record<string, Json> = {}
  open(cursor)
  if (closes(cursor, closeBrace)) return members
  do readMember(cursor, members)
  while (hasNext(cursor, closeBrace))
  return members
}

function readMember(cursor: Cursor, members: Record<string, Json>): void {
  if (peek(cursor) !== quote) throw unexpected(cursor)
  const key = readString(cursor)
  if (!accept(cursor, colon)) throw unexpected(cursor)
  setMember(members, key, readValue(cursor))
}
