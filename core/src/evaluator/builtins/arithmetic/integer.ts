import { numberOf, type JsonNumber } from '../../../json/number.ts'

/** Integers beyond that many bits (315,653 digits) are refused: they would take longer than a decision may. */
export const mostBits = 2 ** 20
const most = 1n << BigInt(mostBits)
const least = -most

/** The number of a computed integer. Throws `RangeError` beyond `mostBits`. */
export function numberOfInteger(integer: bigint): JsonNumber {
  return numberOf(bounded(integer))
}

/** The integer itself. Throws `RangeError` beyond `mostBits`. */
export function bounded(integer: bigint): bigint {
  if (integer >= most || integer <= least) throw new RangeError('the integer has too many digits')
  return integer
}

/** The integer, however it is written: `1.0`, `1e3`. */
export function integerOf(number: JsonNumber): bigint | undefined {
  if (typeof number === 'bigint') return number
  if (typeof number === 'number') {
    if (Number.isSafeInteger(number)) return BigInt(number)
    if (!Number.isInteger(number)) return undefined
  }
  return integerOfLiteral(String(number))
}

/** Where Go stops reading numbers exactly. */
const mostPlaces = 1_000_000

function integerOfLiteral(literal: string): bigint | undefined {
  const [, sign, whole = '', decimals = '', exponent = '0'] =
    /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/.exec(literal) ?? []
  const size = BigInt(whole + decimals)
  const digits = sign === '-' ? -size : size
  const power = Number(exponent) - decimals.length
  if (digits === 0n || power === 0) return digits
  if (Math.abs(power) > mostPlaces) return undefined
  const scale = 10n ** BigInt(Math.abs(power))
  if (power > 0) return digits * scale
  return digits % scale === 0n ? digits / scale : undefined
}
