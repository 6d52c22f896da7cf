import { JsonError, maxDepth } from './json.ts'
import { numberFrom, type JsonNumber } from './number.ts'

/** A place in a text that is read from left to right; the readers below move it. */
export type Cursor = { readonly text: string; at: number; depth: number }

const spaces = /[ \t\n\r]*/y
const numbers = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y
// oxlint-disable-next-line no-control-regex -- JSON forbids exactly these
const strings = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y

export function createCursor(text: string): Cursor {
  return { text, at: 0, depth: 0 }
}

/** The next character that is not white space, which is skipped; `''` at the end. */
export function peek(cursor: Cursor): string {
  match(cursor, spaces)
  return cursor.text.charAt(cursor.at)
}

/** Whether the next character is this one, which is then read. */
export function accept(cursor: Cursor, character: string): boolean {
  if (peek(cursor) !== character) return false
  cursor.at++
  return true
}

export function expect(cursor: Cursor, character: string): void {
  if (!accept(cursor, character)) throw unexpected(cursor)
}

/** Reads a number, `true`, `false` or `null`. */
export function readScalar(cursor: Cursor): JsonNumber | boolean | null {
  if (acceptWord(cursor, 'true')) return true
  if (acceptWord(cursor, 'false')) return false
  if (acceptWord(cursor, 'null')) return null
  return numberFrom(match(cursor, numbers) ?? fail(cursor))
}

/** Whether this word is next, which is then read. */
export function acceptWord(cursor: Cursor, word: string): boolean {
  match(cursor, spaces)
  if (!cursor.text.startsWith(word, cursor.at)) return false
  cursor.at += word.length
  return true
}

export function readString(cursor: Cursor): string {
  const literal = match(cursor, strings) ?? fail(cursor)
  return literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1)
}

/** Reads the items up to `close`, their opening bracket being read already. */
export function readItems(cursor: Cursor, close: string, readItem: () => void): void {
  if (++cursor.depth > maxDepth) throw tooDeep(cursor)
  if (!accept(cursor, close)) {
    do readItem()
    while (accept(cursor, ','))
    expect(cursor, close)
  }
  cursor.depth--
}

export function expectEnd(cursor: Cursor): void {
  if (peek(cursor) !== '') throw unexpected(cursor)
}

export function unexpected(cursor: Cursor): JsonError {
  const found = cursor.text.charAt(cursor.at)
  return new JsonError(`unexpected ${found ? JSON.stringify(found) : 'end'} at ${position(cursor)}`)
}

function tooDeep(cursor: Cursor): JsonError {
  return new JsonError(`nested deeper than ${maxDepth} levels at ${position(cursor)}`)
}

function fail(cursor: Cursor): never {
  throw unexpected(cursor)
}

function position({ text, at }: Cursor): string {
  const before = text.slice(0, at).split('\n')
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`
}

function match(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at
  const [found] = pattern.exec(cursor.text) ?? []
  if (found !== undefined) cursor.at += found.length
  return found
}
