import type { JsonNumber } from '../../../json/number.ts'

/** `digits * 10^exponent` */
interface Decimal {
  readonly digits: bigint
  readonly exponent: number
}

/** Further apart, numbers are not divided. */
const mostPlaces = 10_000

export function decimalOf(number: JsonNumber): Decimal {
  const [, sign = '', whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(String(number)) ?? []
  return { digits: BigInt(sign + whole + fraction), exponent: Number(power) - fraction.length }
}

/** Whether the one divides the other, exactly. */
export function isMultiple(number: JsonNumber, divisor: JsonNumber): boolean {
  const [left, right] = [decimalOf(number), decimalOf(divisor)]
  if (left.digits === 0n) return true
  const places = left.exponent - right.exponent
  if (Math.abs(places) > mostPlaces) throw new RangeError('numbers so far apart are not divided')
  const scale = 10n ** BigInt(Math.abs(places))
  return places >= 0
    ? (left.digits * scale) % right.digits === 0n
    : left.digits % (right.digits * scale) === 0n
}
