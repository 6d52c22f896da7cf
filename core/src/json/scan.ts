import {
  backslash,
  closeBrace,
  closeBracket,
  isDigit,
  isNumberPart,
  minus,
  openBrace,
  openBracket,
  quote,
} from './characters.ts'
import { maxDepth } from './json.ts'
import { isCarriedByDouble } from './number.ts'

/**
 * Whether `JSON.parse` gives this JSON back unharmed: every number is carried by a double as written, and
 * nothing is nested too deep. One pass, which says nothing about syntax. Takes UTF-8, because looking at
 * bytes is several times faster than looking at the characters of a string.
 */
export function isPlainJson(json: Uint8Array): boolean {
  let depth = 0
  for (let at = 0; at < json.length; at++) {
    const code = json[at] ?? 0
    if (code === quote) at = stringEnd(json, at)
    else if (code === minus || isDigit(code)) {
      const end = numberEnd(json, at)
      if (!isPlainNumber(json, at, end)) return false
      at = end - 1
    } else if (code === openBrace || code === openBracket) {
      if (++depth > maxDepth) return false
    } else if (code === closeBrace || code === closeBracket) depth--
  }
  return true
}

/** Where the string that starts at `start` closes, or the end of the text. */
function stringEnd(json: Uint8Array, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    const code = json[at]
    if (code === quote) return at
    if (code === backslash) at++
  }
  return json.length
}

function numberEnd(json: Uint8Array, start: number): number {
  let end = start + 1
  while (isNumberPart(json[end] ?? 0)) end++
  return end
}

/** Up to 15 digits and nothing else are always exact; anything longer or stranger is looked at. */
function isPlainNumber(json: Uint8Array, start: number, end: number): boolean {
  if (end - start <= 15 && areDigits(json, start, end)) return true
  return isCarriedByDouble(String.fromCharCode(...json.subarray(start, end)))
}

function areDigits(json: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isDigit(json[at] ?? 0)) return false
  return true
}
