import { numberFrom, type JsonNumber } from '../../../json/number.ts'
import type { RegoValue } from '../../value.ts'
import { floatOfLiteral } from '../arithmetic/float-literal.ts'
import { floatFrom, multiply as multiplyFloats, truncate } from '../arithmetic/float.ts'
import { numberOfInteger } from '../arithmetic/integer.ts'
import { BuiltinError, stringOperand } from '../operand.ts'

type Fraction = readonly [numerator: bigint, denominator: bigint]

const powers: Readonly<Record<string, bigint>> = { k: 1n, m: 2n, g: 3n, t: 4n, p: 5n, e: 6n }
/** The double nearest to 0.001, which is what OPA multiplies by, is `1152921504606847 / 2^60`. */
const milli: Fraction = [1_152_921_504_606_847n, 2n ** 60n]
const fractionDigits = 10

/** `10Ki` is 10240: integers exactly, others with 10 digits behind the point. */
export function parseUnits([text]: readonly RegoValue[]): JsonNumber {
  const { amount, unit } = split(stringOperand(text))
  const [numerator, denominator] = multiply(amount(), unit === 'm' ? milli : [siFactor(unit), 1n])
  if (numerator % denominator === 0n) return numberFrom(String(numerator / denominator))
  return numberFrom(toFixed([numerator, denominator]))
}

/** `10KiB` is 10240, without what is left of a byte. OPA computes this with mantissas of 64 bits. */
export function parseBytes([text]: readonly RegoValue[]): JsonNumber {
  const { literal, unit } = split(lower(stringOperand(text)))
  const factor = floatFrom(byteFactor(unit))
  return numberOfInteger(truncate(multiplyFloats(floatOfLiteral(literal), factor)))
}

/** Letters in lower case one by one, as Go does it. */
function lower(text: string): string {
  return text.replaceAll('\u0130', 'i').toLowerCase()
}

const amountAndUnit = /^(([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d{1,6}))?)([a-zA-Z\u0130]*)$/

type Quantity = { readonly literal: string; readonly amount: () => Fraction; readonly unit: string }

function split(text: string): Quantity {
  const [, literal = '', sign, whole = '', decimals = '', exponent = '0', unit = ''] =
    amountAndUnit.exec(text.replaceAll('"', '')) ?? []
  if (whole + decimals === '') throw new BuiltinError('no amount provided')
  const power = Number(exponent) - decimals.length
  const digits = BigInt(whole + decimals) * (sign === '-' ? -1n : 1n)
  return { literal, unit, amount: () => scaled(digits, power) }
}

/** `digits * 10^power` */
function scaled(digits: bigint, power: number): Fraction {
  const scale = 10n ** BigInt(Math.abs(power))
  return power < 0 ? [digits, scale] : [digits * scale, 1n]
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
