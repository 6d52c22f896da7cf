import type { RegoValue } from '../../value.ts'
import { stringOperand } from '../operand.ts'

/** Letters that have had their other case since Unicode 16 only; Go's tables are of Unicode 15. */
const young =
  /[\u019b\u0264\u1c89\u1c8a\ua7cb-\ua7cf\ua7d2-\ua7d5\ua7da-\ua7dc\u{10d50}-\u{10d65}\u{10d70}-\u{10d85}\u{16ea0}-\u{16eb8}\u{16ebb}-\u{16ed3}]/u

/** Go's `strings.ToLower`: character by character, so that a last sigma is no exception. */
export function lower(operands: readonly RegoValue[]): string {
  const text = stringOperand(operands[0])
  const lowered = text.toLowerCase()
  if (lowered === text) return text
  const isAlike = lowered.length === text.length && !text.includes('\u03a3') && !young.test(text)
  return isAlike ? lowered : Array.from(text, lowerOf).join('')
}

/** Go's `strings.ToUpper`: a character becomes one character, `ß` stays. */
export function upper(operands: readonly RegoValue[]): string {
  const text = stringOperand(operands[0])
  const raised = text.toUpperCase()
  if (raised === text) return text
  const isAlike = raised.length === text.length && !young.test(text)
  return isAlike ? raised : Array.from(text, upperOf).join('')
}

function lowerOf(character: string): string {
  if (character === '\u0130') return 'i'
  return young.test(character) ? character : character.toLowerCase()
}

function upperOf(character: string): string {
  if (young.test(character)) return character
  const raised = character.toUpperCase()
  return raised.length === character.length ? raised : titleOf(character)
}

/** What becomes several characters elsewhere stays, but for Greek letters with an iota below or beside. */
function titleOf(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code >= 0x1f80 && code <= 0x1faf) return String.fromCodePoint(code | 8)
  return /[\u1fb3\u1fc3\u1ff3]/.test(character) ? String.fromCodePoint(code + 9) : character
}
