import type { RegoValue } from '../../value.ts'
import { stringOperand } from '../operand.ts'

/** Go's `unicode.IsSpace`. */
const spaces =
  '\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000'

export function trim(operands: readonly RegoValue[]): string {
  const cut = stringOperand(operands[1])
  return withoutEnd(withoutStart(stringOperand(operands[0]), cut), cut)
}

export function trimLeft(operands: readonly RegoValue[]): string {
  return withoutStart(stringOperand(operands[0]), stringOperand(operands[1]))
}

export function trimRight(operands: readonly RegoValue[]): string {
  return withoutEnd(stringOperand(operands[0]), stringOperand(operands[1]))
}

export function trimSpace(operands: readonly RegoValue[]): string {
  return withoutEnd(withoutStart(stringOperand(operands[0]), spaces), spaces)
}

export function trimPrefix(operands: readonly RegoValue[]): string {
  const text = stringOperand(operands[0])
  const prefix = stringOperand(operands[1])
  return text.startsWith(prefix) ? text.slice(prefix.length) : text
}

export function trimSuffix(operands: readonly RegoValue[]): string {
  const text = stringOperand(operands[0])
  const suffix = stringOperand(operands[1])
  return text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text
}

/** The text behind all characters at its start that `cut` has. */
function withoutStart(text: string, cut: string): string {
  let start = 0
  while (start < text.length) {
    const character = String.fromCodePoint(text.codePointAt(start) ?? 0)
    if (!cut.includes(character)) break
    start += character.length
  }
  return text.slice(start)
}

function withoutEnd(text: string, cut: string): string {
  let end = text.length
  while (end > 0) {
    const size = (text.charCodeAt(end - 1) & 0xfc00) === 0xdc00 ? 2 : 1
    if (!cut.includes(text.slice(end - size, end))) break
    end -= size
  }
  return text.slice(0, end)
}
