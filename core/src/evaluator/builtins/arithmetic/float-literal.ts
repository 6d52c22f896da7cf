import type { JsonNumber } from '../../../json/number.ts'
import { defaultBits, divide, floatFrom, multiply, round, type Float } from './float.ts'

/** Beyond that many decimal places arithmetic is refused; OPA itself takes no literal beyond 30,103. */
export const mostPlaces = 300_000

/** The float OPA computes with; not always the nearest, see `powerOfFive`. Throws `RangeError` beyond `mostPlaces`. */
export function floatOf(number: JsonNumber): Float {
  if (Number.isSafeInteger(number)) return floatFrom(BigInt(number as number))
  return floatOfLiteral(String(number))
}

/** Reads like `big.Float.SetString` with 64 bits; zeros in front, `+` and a point at either end are fine. */
export function floatOfLiteral(literal: string): Float {
  const [, sign, whole = '', decimals = '', exponent = '0'] =
    /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/.exec(literal) ?? []
  const digits = { isNegative: sign === '-', mantissa: BigInt(whole + decimals), exponent: 0 }
  if (digits.mantissa === 0n) return digits
  const power = Number(exponent) - decimals.length
  if (Math.abs(power) > mostPlaces) throw new RangeError(`more than ${mostPlaces} decimal places`)
  return scaleBy(power, digits)
}

/** Times `10^power`, rounded once. */
function scaleBy(power: number, digits: Float): Float {
  if (power === 0) return round(digits, defaultBits)
  const fives = powerOfFive(Math.abs(power))
  const scaled = power < 0 ? divide(digits, fives) : multiply(digits, fives)
  return { ...scaled, exponent: scaled.exponent + power }
}

/** As Go's `pow5`: 128 bits, exact up to `5^55`, above with an error of its own that must be the same here. */
function powerOfFive(power: number): Float {
  if (power <= exactPower) return floatFrom(5n ** BigInt(power))
  let [result, factor] = [floatFrom(5n ** 27n), floatFrom(5n)]
  for (let rest = power - 27; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(result, factor, 128)
    factor = multiply(factor, factor, 192)
  }
  return result
}

const exactPower = 55
