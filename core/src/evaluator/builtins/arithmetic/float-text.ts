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
  const exact = decimalsOf(middle, power)
  const [lower, upper] = [decimalsOf(middle - 1n, power), decimalsOf(middle + 1n, power)]
  const isEven = (middle & 2n) === 0n
  for (let at = 0; at < exact.digits.length; at++) {
    const digit = digitAt(exact.digits, at)
    const [low, high] = [digitAt(lower.digits, at), digitAt(upper.digits, at)]
    const canGoDown = low !== digit || (isEven && at + 1 === lower.digits.length)
    const canGoUp = digit !== high && (isEven || digit + 1 < high || at + 1 < upper.digits.length)
    if (!canGoDown && !canGoUp) continue
    const goesUp = canGoUp && (!canGoDown || isNearerUp(exact.digits, at + 1))
    return cut(exact, at + 1, goesUp)
  }
  return exact
}

/** Every digit of `size * 2^power`. */
function decimalsOf(size: bigint, power: number): Decimals {
  const digits = String(power < 0 ? size * 5n ** BigInt(-power) : size << BigInt(power))
  return { digits: withoutZeros(digits), point: digits.length + Math.min(power, 0) }
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
