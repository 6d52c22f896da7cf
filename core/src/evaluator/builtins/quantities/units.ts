import { numberFrom, type JsonNumber } from '../../../json/number.ts'
import type { RegoValue } from '../../value.ts'
import { BuiltinError, stringOperand } from '../operand.ts'

type Fraction = readonly [numerator: bigint, denominator: bigint]

const powers: Readonly<Record<string, bigint>> = { k: 1n, m: 2n, g: 3n, t: 4n, p: 5n, e: 6n }
/** The double nearest to 0.001, which is what OPA multiplies by, is `1152921504606847 / 2^60`. */
const milli: Fraction = [1_152_921_504_606_847n, 2n ** 60n]
const fractionDigits = 10

/** `10Ki` is 10240: integers exactly, others with 10 digits behind the point. */
export function parseUnits([text]: readonly RegoValue[]): JsonNumber {
  const { amount, unit } = readAmount(stringOperand(text))
  const [numerator, denominator] = multiply(amount, unit === 'm' ? milli : [siFactor(unit), 1n])
  if (numerator % denominator === 0n) return numberFrom(String(numerator / denominator))
  return numberFrom(toFixed([numerator, denominator]))
}

/** `10KiB` is 10240, without what is left of a byte. OPA computes this with mantissas of 64 bits. */
export function parseBytes([text]: readonly RegoValue[]): JsonNumber {
  const { amount, unit, power } = readAmount(lower(stringOperand(text)))
  if (Math.abs(power) > exactPower) throw new RangeError('units.parse_bytes: too many digits here')
  const rounded = round64(amount)
  const [numerator, denominator] = round64(multiply(rounded, [byteFactor(unit), 1n]))
  return numberFrom(String(numerator / denominator))
}

/** Up to here Go's 128 bits hold the power of five that it scales by. */
const exactPower = 55

/** Letters in lower case one by one, as Go does it. */
function lower(text: string): string {
  return text.replaceAll('\u0130', 'i').toLowerCase()
}

const amountAndUnit = /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d{1,6}))?([a-zA-Z\u0130]*)$/

type Amount = { readonly amount: Fraction; readonly unit: string; readonly power: number }

function readAmount(text: string): Amount {
  const [, sign, whole = '', decimals = '', exponent = '0', unit = ''] =
    amountAndUnit.exec(text.replaceAll('"', '')) ?? []
  if (whole + decimals === '') throw new BuiltinError('no amount provided')
  const power = Number(exponent) - decimals.length
  const digits = BigInt(whole + decimals) * (sign === '-' ? -1n : 1n)
  const scale = 10n ** BigInt(Math.abs(power))
  return { amount: power < 0 ? [digits, scale] : [digits * scale, 1n], unit, power }
}

/** Only the first letter tells milli from mega; `mi` is mebi all the same. */
function siFactor(unit: string): bigint {
  const name = unit.slice(0, 1) + lower(unit.slice(1))
  return name === 'M' ? 1000n ** 2n : factor(/^(?:([kKgGtTpPeE])|([kKmMgGtTpPeE])i)?$/.exec(name))
}

function byteFactor(unit: string): bigint {
  return factor(/^(?:([kmgtpe])b?|([kmgtpe])ib?)?$/.exec(unit))
}

function factor(match: RegExpExecArray | null): bigint {
  if (!match) throw new BuiltinError('unit not recognized')
  const [, decimal, binary] = match
  if (decimal) return 1000n ** (powers[decimal.toLowerCase()] ?? 0n)
  return binary ? 1024n ** (powers[binary.toLowerCase()] ?? 0n) : 1n
}

function multiply([left, leftBase]: Fraction, [right, rightBase]: Fraction): Fraction {
  return [left * right, leftBase * rightBase]
}

/** Halves away from zero, and the sign also of what became zero, as Go's `Rat.FloatString`. */
function toFixed([numerator, denominator]: Fraction): string {
  const size = (numerator < 0n ? -numerator : numerator) * 10n ** BigInt(fractionDigits)
  const rounded = String((size * 2n + denominator) / (denominator * 2n))
  const digits = rounded.padStart(fractionDigits + 1, '0')
  return `${numerator < 0n ? '-' : ''}${digits.slice(0, -fractionDigits)}.${digits.slice(-fractionDigits)}`
}

/** The nearest number with 64 significant bits, halves to even. */
function round64([numerator, denominator]: Fraction): Fraction {
  if (numerator < 0n) {
    const [size, base] = round64([-numerator, denominator])
    return [-size, base]
  }
  const shift = bitsOf(numerator) - bitsOf(denominator) - 64
  const [above, below] =
    shift < 0
      ? [numerator << BigInt(-shift), denominator]
      : [numerator, denominator << BigInt(shift)]
  return above >= below << 64n
    ? scale(divideToEven(above, below * 2n), shift + 1)
    : scale(divideToEven(above, below), shift)
}

function scale(mantissa: bigint, exponent: number): Fraction {
  return exponent < 0 ? [mantissa, 1n << BigInt(-exponent)] : [mantissa << BigInt(exponent), 1n]
}

function divideToEven(above: bigint, below: bigint): bigint {
  const [quotient, twice] = [above / below, (above % below) * 2n]
  const roundsUp = twice > below || (twice === below && quotient % 2n === 1n)
  return roundsUp ? quotient + 1n : quotient
}

function bitsOf(value: bigint): number {
  return value.toString(2).length
}
