import {
  backslash,
  carriageReturn,
  comma,
  isDigit,
  isNumberPart,
  letterF,
  letterN,
  letterT,
  minus,
  newline,
  quote,
  space,
  tab,
  zero,
} from './characters.ts'
import { JsonError, maxDepth } from './json.ts'
import { numberFrom, type JsonNumber } from './number.ts'

/**
 * A place in a text that is read from left to right; the readers below move it. They look at character codes,
 * one by one, because patterns and slices for every token are several times slower.
 */
export type Cursor = { readonly text: string; at: number; depth: number }

const grammar = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/

export function createCursor(text: string): Cursor {
  return { text, at: 0, depth: 0 }
}

/** The code of the next character that is not white space, which is skipped; `NaN` at the end. */
export function peek(cursor: Cursor): number {
  let code = cursor.text.charCodeAt(cursor.at)
  while (code === space || code === newline || code === tab || code === carriageReturn) {
    code = cursor.text.charCodeAt(++cursor.at)
  }
  return code
}

/** Whether the next character has this code; it is then read. */
export function accept(cursor: Cursor, code: number): boolean {
  if (peek(cursor) !== code) return false
  cursor.at++
  return true
}

/** Whether this word is next; it is then read. */
export function acceptWord(cursor: Cursor, word: string): boolean {
  if (!cursor.text.startsWith(word, cursor.at)) return false
  cursor.at += word.length
  return true
}

/** Reads a number, `true`, `false` or `null`, in front of which white space is skipped already. */
export function readScalar(cursor: Cursor): JsonNumber | boolean | null {
  const code = cursor.text.charCodeAt(cursor.at)
  if (code === minus || isDigit(code)) return readNumber(cursor)
  if (code === letterT && acceptWord(cursor, 'true')) return true
  if (code === letterF && acceptWord(cursor, 'false')) return false
  if (code === letterN && acceptWord(cursor, 'null')) return null
  throw unexpected(cursor)
}

/** Reads a string whose opening quote is next. */
export function readString(cursor: Cursor): string {
  const { text, at: start } = cursor
  let escaped = false
  for (let at = start + 1; ; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      cursor.at = at + 1
      return escaped ? unescape(cursor, start) : text.slice(start + 1, at)
    }
    if (code === backslash) {
      escaped = true
      at++
    } else if (!(code >= space)) {
      cursor.at = at
      throw unexpected(cursor)
    }
  }
}

/** Reads an opening bracket, which is next. */
export function open(cursor: Cursor): void {
  cursor.at++
  if (++cursor.depth > maxDepth) throw tooDeep(cursor)
}

/** Whether another item follows the one just read; if not, reads the closing bracket. */
export function hasNext(cursor: Cursor, closing: number): boolean {
  if (accept(cursor, comma)) return true
  if (!closes(cursor, closing)) throw unexpected(cursor)
  return false
}

/** Whether the bracket closes here; it is then read. */
export function closes(cursor: Cursor, closing: number): boolean {
  if (!accept(cursor, closing)) return false
  cursor.depth--
  return true
}

export function expectEnd(cursor: Cursor): void {
  if (!Number.isNaN(peek(cursor))) throw unexpected(cursor)
}

export function unexpected(cursor: Cursor): JsonError {
  const found = cursor.text.charAt(cursor.at)
  return new JsonError(`unexpected ${found ? JSON.stringify(found) : 'end'} at ${position(cursor)}`)
}

function readNumber(cursor: Cursor): JsonNumber {
  return readShortInteger(cursor) ?? readLongNumber(cursor)
}

/** The usual number: up to 15 digits and nothing else. */
function readShortInteger(cursor: Cursor): number | undefined {
  const { text, at: start } = cursor
  let value = 0
  let at = start
  let code = text.charCodeAt(at)
  for (; isDigit(code); code = text.charCodeAt(++at)) value = value * 10 + code - zero
  const digits = at - start
  if (digits > 15 || isNumberPart(code) || (digits > 1 && text.charCodeAt(start) === zero))
    return undefined
  cursor.at = at
  return value
}

function readLongNumber(cursor: Cursor): JsonNumber {
  const { text, at: start } = cursor
  while (isNumberPart(text.charCodeAt(cursor.at))) cursor.at++
  const literal = text.slice(start, cursor.at)
  if (grammar.test(literal)) return numberFrom(literal)
  cursor.at = start
  throw unexpected(cursor)
}

function unescape(cursor: Cursor, start: number): string {
  try {
    return JSON.parse(cursor.text.slice(start, cursor.at)) as string
  } catch {
    cursor.at = start
    throw unexpected(cursor)
  }
}

function tooDeep(cursor: Cursor): JsonError {
  return new JsonError(`nested deeper than ${maxDepth} levels at ${position(cursor)}`)
}

function position({ text, at }: Cursor): string {
  const before = text.slice(0, at).split('\n')
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`
}
