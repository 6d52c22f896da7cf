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
import { isDeeper } from './depth.ts'
import { replaceHalfCharacters } from './half-characters.ts'
import { maxDepth, type Json } from './json.ts'
import { setMember } from './member.ts'
import { isPlainJson } from './scan.ts'
import { mayHoldStrangeNumber } from './strange-number.ts'

const encoder = new TextEncoder()

/** Up to this many characters a text is told by looking for what is rare; a longer one is gone through once. */
const shortText = 64 * 1024

/**
 * Parses JSON without losing a digit. Throws `JsonError` with line and column, also for a text nested
 * deeper than `maxDepth`. A member named `__proto__` is a member like any other; half a character, `\ud800`, is U+FFFD
 * as it is to Go.
 */
export function parseJson(json: string): Json {
  const text = replaceHalfCharacters(json)
  const value = parsePlain(text)
  return value === undefined ? readText(text) : value
}

/**
 * What `JSON.parse` makes of a text that it does not harm. Our own reader is for the others, and for those that are
 * refused: engines word and place their errors differently, and take most of a second to read 9 MB of `[`.
 */
function parsePlain(text: string): Json | undefined {
  const isHarmless = text.length <= shortText && !text.includes('\\') && !mayHoldStrangeNumber(text)
  if (!isHarmless && !isPlainJson(encoder.encode(text))) return undefined
  const value = tryParse(text)
  return isHarmless && text.length > maxDepth && isDeeper(value, maxDepth) ? undefined : value
}

function tryParse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
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
