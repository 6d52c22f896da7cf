import { isDigit, nine, zero } from './characters.ts'

/** Integers of up to 15 digits are exact; every longer run of digits covers a place that is a multiple of 16. */
const longest = 15

const minusZero = /(?<![^[,:\s])-0(?!\.)/
const exponent = /\d[eE][-+]?\d+(?=[\s,\]}]|$)/
/** All but up to 6 decimals, the last of them no zero, after up to 9 digits. */
const decimals = /\.(?:(?!\d{0,5}[1-9](?!\d))\d+(?=[\s,\]}]|$)|(?<=\d{10}\.))/

/**
 * Whether a text may hold a number that `JSON.parse` harms, as its characters tell: quick for the many texts that hold
 * none. Nothing is skipped, so what only looks like one inside of a string counts, too.
 */
export function mayHoldStrangeNumber(json: string): boolean {
  return (
    (json.includes('-0') && minusZero.test(json)) ||
    holdsLongInteger(json) ||
    exponent.test(json) ||
    (json.includes('.') && decimals.test(json))
  )
}

function holdsLongInteger(json: string): boolean {
  for (let at = longest; at < json.length; at += longest + 1) {
    const code = json.charCodeAt(at)
    if (code >= zero && code <= nine && isLongInteger(json, at)) return true
  }
  return false
}

function isLongInteger(json: string, at: number): boolean {
  let [start, end] = [at, at]
  while (isDigit(json.charCodeAt(start - 1))) start--
  while (isDigit(json.charCodeAt(end))) end++
  return end - start > longest
}
