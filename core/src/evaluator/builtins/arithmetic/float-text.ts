import { numberFrom, type JsonNumber } from '../../../json/number.ts'
import { formatDecimals, shortestLimit, type Decimals } from '../strings/go-float.ts'
import { bitLength, defaultBits, isInteger, type Float } from './float.ts'
import { mostBits } from './integer.ts'

/**
 * The number OPA makes of a float with so many bits: the fewest digits that tell it from its neighbours, with an
 * exponent only where it is no integer. Throws `RangeError` beyond `2^mostBits`.
 */
export function numberOfFloat(float: Float, bits: number = defaultBits): JsonNumber {
  return numberFrom(`${float.isNegative ? '-' : ''}${formatSize(float, bits)}`)
}

function formatSize(float: Float, bits: number): string {
  if (float.mantissa === 0n) return '0'
  if (Math.abs(float.exponent) > mostBits) throw new RangeError('the number has too many digits')
  const decimals = shortest(float, bits)
  if (!isInteger(float)) return formatDecimals(decimals, shortestLimit)
  return decimals.digits.padEnd(decimals.point, '0')
}

/** Go's `roundShortest`: the float and the middle to either neighbour, compared digit by digit. */
function shortest({ mantissa, exponent }: Float, bits: number): Decimals {
  const shift = bits + 1 - bitLength(mantissa)
  const [middle, power] = [mantissa << BigInt(shift), exponent - shift]
  // Every digit of all three: `size * 2^power` is `size * 5^-power / 10^-power`.
  const unit = power < 0 ? powerOfFive(-power) : 1n << BigInt(power)
  const size = middle * unit
  const exact = String(size)
  const digits = withoutZeros(exact)
  const bounds = {
    lower: withoutZeros(String(size - unit)),
    upper: withoutZeros(String(size + unit)),
  }
  const point = exact.length + Math.min(power, 0)
  return shorten({ digits, point }, { ...bounds, isEven: (middle & 2n) === 0n })
}

type Bounds = { readonly lower: string; readonly upper: string; readonly isEven: boolean }

/** The bounds round to the float only where that is even. */
function shorten(exact: Decimals, { lower, upper, isEven }: Bounds): Decimals {
  const { digits } = exact
  for (let at = 0; at < digits.length; at++) {
    const digit = digitAt(digits, at)
    const high = digitAt(upper, at)
    const canGoDown = digitAt(lower, at) !== digit || (isEven && at + 1 === lower.length)
    const canGoUp = digit !== high && (isEven || digit + 1 < high || at + 1 < upper.length)
    if (canGoDown || canGoUp)
      return cut(exact, at + 1, canGoUp && (!canGoDown || isNearerUp(digits, at + 1)))
  }
  return exact
}

const powersOfFive: bigint[] = []

/** Numbers of everyday size need the same few again and again. */
function powerOfFive(power: number): bigint {
  if (power > 128) return 5n ** BigInt(power)
  return (powersOfFive[power] ??= 5n ** BigInt(power))
}

function digitAt(digits: string, at: number): number {
  return at < digits.length ? digits.charCodeAt(at) - 48 : 0
}

/** Of these digits without zeros at the end; halves to even. */
function isNearerUp(digits: string, count: number): boolean {
  const next = digitAt(digits, count)
  if (next === 5 && count + 1 === digits.length) return digitAt(digits, count - 1) % 2 === 1
  return next >= 5
}

function cut({ digits, point }: Decimals, count: number, goesUp: boolean): Decimals {
  if (count >= digits.length) return { digits, point }
  const kept = digits.slice(0, count)
  if (!goesUp) return { digits: withoutZeros(kept), point }
  const next = String(BigInt(kept) + 1n)
  return { digits: withoutZeros(next), point: point + next.length - count }
}

function withoutZeros(digits: string): string {
  let end = digits.length
  while (digits[end - 1] === '0') end--
  return digits.slice(0, end)
}
