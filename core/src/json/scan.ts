import { maxDepth } from './json.ts'
import { isCarriedByDouble } from './number.ts'

/**
 * Whether `JSON.parse` gives this text back unharmed: every number is carried by a double as written,
 * and nothing is nested too deep. One pass, strings skipped at native speed; says nothing about syntax.
 */
export function isPlainJson(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) at = stringEnd(text, at)
    else if (code === minus || isDigit(code)) {
      const end = numberEnd(text, at)
      if (!isPlainNumber(text, at, end)) return false
      at = end - 1
    } else if (code === openBrace || code === openBracket) {
      if (++depth > maxDepth) return false
    } else if (code === closeBrace || code === closeBracket) depth--
  }
  return true
}

const [quote, backslash, minus, zero, nine, dot] = [34, 92, 45, 48, 57, 46]
const [openBracket, closeBracket, openBrace, closeBrace] = [91, 93, 123, 125]

/** Where the string that starts at `start` closes, or the end of the text. */
function stringEnd(text: string, start: number): number {
  let end = start
  do {
    end = text.indexOf('"', end + 1)
    if (end === -1) return text.length
  } while (isEscaped(text, end))
  return end
}

function isEscaped(text: string, at: number): boolean {
  let start = at
  while (text.charCodeAt(start - 1) === backslash) start--
  return (at - start) % 2 === 1
}

function numberEnd(text: string, start: number): number {
  let end = start + 1
  while (isNumberPart(text.charCodeAt(end))) end++
  return end
}

/** Up to 15 digits and nothing else are always exact; anything longer or stranger is looked at. */
function isPlainNumber(text: string, start: number, end: number): boolean {
  if (end - start <= 15 && isDigits(text, start, end)) return true
  return isCarriedByDouble(text.slice(start, end))
}

function isDigits(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isDigit(text.charCodeAt(at))) return false
  return true
}

function isDigit(code: number): boolean {
  return code >= zero && code <= nine
}

/** Digits, dot, sign or exponent. */
function isNumberPart(code: number): boolean {
  return isDigit(code) || code === dot || code === minus || code === 43 || (code | 32) === 101
}
