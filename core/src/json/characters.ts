/** Codes of the characters that JSON is made of. */
export const [tab, newline, carriageReturn, space, quote, plus, comma, minus, dot] = [
  9, 10, 13, 32, 34, 43, 44, 45, 46,
] as const
export const [zero, nine, colon, openBracket, backslash, closeBracket] = [
  48, 57, 58, 91, 92, 93,
] as const
export const [letterE, letterF, letterN, letterS, letterT] = [101, 102, 110, 115, 116] as const
export const [openBrace, closeBrace] = [123, 125] as const

export function isDigit(code: number): boolean {
  return code >= zero && code <= nine
}

/** Digits, dot, signs and exponent: what a number is made of, in whatever order. */
export function isNumberPart(code: number): boolean {
  return isDigit(code) || code === dot || code === minus || code === plus || (code | 32) === letterE
}
