/**
 * More than 15 digits, or more than 9 in front of a point. Written out, because V8 then looks at every eighth character
 * only; a count it takes one by one.
 */
const longNumber = new RegExp(String.raw`${digits(10)}(?:${digits(6)}|\.)`)
/** The same where a number can begin, which is not in the middle of a digest; looking for it takes several times longer. */
const longNumberAtStart = new RegExp(String.raw`(?<![\da-z])${digits(10)}(?:${digits(6)}|\d*\.)`)
const minusZero = /(?<![^[,:\s])-0(?!\.)/
const exponent = /\d[eE][-+]?\d+(?=[\s,\]}]|$)/
/** All but up to 6 decimals, the last of them no zero. */
const decimals = /\.(?!\d{0,5}[1-9](?!\d))\d+(?=[\s,\]}]|$)/

/**
 * Whether a text may hold a number that `JSON.parse` harms, as its characters tell: quick for the many texts that hold
 * none. Strings are not skipped, so what looks like one inside of a string counts, too.
 */
export function mayHoldStrangeNumber(json: string): boolean {
  return (
    (json.includes('-0') && minusZero.test(json)) ||
    (longNumber.test(json) && longNumberAtStart.test(json)) ||
    exponent.test(json) ||
    (json.includes('.') && decimals.test(json))
  )
}

function digits(count: number): string {
  return String.raw`\d`.repeat(count)
}
