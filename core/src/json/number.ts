import { Decimal } from './decimal.ts'

export type JsonNumber = number | bigint | Decimal

/** The value of a JSON number literal, in the smallest type that gives the literal back. */
export function numberFrom(literal: string): JsonNumber {
  const value = Number(literal)
  if (isInteger(literal)) return Number.isSafeInteger(value) ? value : BigInt(literal)
  return String(value) === literal ? value : new Decimal(literal)
}

/** The number of an integer. */
export function numberOf(integer: bigint): JsonNumber {
  const double = Number(integer)
  return Number.isSafeInteger(double) ? double : integer
}

/** Whether a double gives this literal back; integers only as far as doubles are exact. */
export function isCarriedByDouble(literal: string): boolean {
  return typeof numberFrom(literal) === 'number'
}

/** Negative, 0 or positive by value, exact for any number of digits: `1.0` is `1`. */
export function compareNumbers(left: JsonNumber, right: JsonNumber): number {
  // A double stands for what it prints: `1e+23` is a little more than the double itself.
  if (left instanceof Decimal || right instanceof Decimal || typeof left !== typeof right)
    return compareDecimals(left, right)
  if (left === right) return 0
  return left < right ? -1 : 1
}

function compareDecimals(left: JsonNumber, right: JsonNumber): number {
  // Rounding to a double keeps the order, so only equal doubles need a closer look.
  const [first, second] = [Number(left), Number(right)]
  if (first !== second) return first < second ? -1 : 1
  return compareParts(partsOf(String(left)), partsOf(String(right)))
}

/**
 * The same for all numbers of one value: the double whose text is the value in plain decimals, else a text no such
 * double has.
 */
export function canonicalNumber(number: JsonNumber): number | string {
  if (typeof number === 'number' && isPlainDouble(number)) return number
  const { sign, digits, exponent } = partsOf(String(number))
  if (sign === 0) return 0
  const text = `${sign < 0 ? '-' : ''}0.${digits}e${exponent}`
  const double = Number(text)
  const isExact = isPlainDouble(double) && compareDecimals(double, number) === 0
  return isExact ? double : text
}

/** Doubles that print without an exponent, and integers as far as they are exact. */
function isPlainDouble(double: number): boolean {
  if (Number.isInteger(double)) return Number.isSafeInteger(double)
  return Math.abs(double) >= 1e-6 && Math.abs(double) < 1e21
}

/** `sign * 0.digits * 10^exponent`, digits without zeros at either end; sign 0 for zero. */
type Parts = { readonly sign: number; readonly digits: string; readonly exponent: bigint }

/** Also of spellings that only Rego's `to_number` takes: `+5`, `007`, `.5`. */
function partsOf(literal: string): Parts {
  const [, sign, whole = '', fraction = '', power = '0'] =
    /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/.exec(literal) ?? []
  const all = whole + fraction
  const digits = all.replace(/^0+/, '')
  if (digits === '') return { sign: 0, digits, exponent: 0n }
  const leadingZeros = all.length - digits.length
  const exponent = BigInt(power) + BigInt(whole.length - leadingZeros)
  return { sign: sign === '-' ? -1 : 1, digits: withoutTrailingZeros(digits), exponent }
}

function compareParts(left: Parts, right: Parts): number {
  if (left.sign !== right.sign) return left.sign < right.sign ? -1 : 1
  if (left.exponent !== right.exponent)
    return left.exponent < right.exponent ? -left.sign : left.sign
  if (left.digits === right.digits) return 0
  return left.digits < right.digits ? -left.sign : left.sign
}

function withoutTrailingZeros(digits: string): string {
  let end = digits.length
  while (digits[end - 1] === '0') end--
  return digits.slice(0, end)
}

function isInteger(literal: string): boolean {
  return /^(?:0|-?[1-9]\d*)$/.test(literal)
}
