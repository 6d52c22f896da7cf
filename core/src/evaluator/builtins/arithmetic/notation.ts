import { numberFrom, type JsonNumber } from '../../../json/number.ts'
import type { RegoValue } from '../../value.ts'
import { BuiltinError, numberOperand } from '../operand.ts'
import { floatOf, floatOfLiteral, mostPlaces } from './float-literal.ts'
import { bitLength, truncate } from './float.ts'

/** Digits and a point, as `strconv.ParseFloat` takes them: more than JSON does, `+5`, `007`, `.5`. */
const decimalText = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/
/** What it takes besides, once `_` between digits is gone. */
const hexadecimalText = /^[-+]?0x(?:[\da-f]+\.?[\da-f]*|\.[\da-f]+)p[-+]?\d+$/i

/**
 * The number keeps its digits, and the spelling JSON does not know: OPA computes with `007`, but cannot answer it.
 * Hexadecimals and `1_000` are refused.
 */
export function toNumber([value]: readonly RegoValue[]): JsonNumber {
  if (value === null || value === false) return 0
  if (value === true) return 1
  if (typeof value === 'string') return parseNumber(value)
  return numberOperand(value, 1)
}

function parseNumber(text: string): JsonNumber {
  if (!decimalText.test(text)) throw refusal(text)
  if (isOutOfRange(text)) throw new BuiltinError('number out of range')
  return numberFrom(text)
}

function refusal(text: string): Error {
  const digits = text.replaceAll('_', '')
  if (hexadecimalText.test(digits) || (digits !== text && decimalText.test(digits)))
    return new RangeError(`to_number: ${JSON.stringify(text)} is no decimal number`)
  return new BuiltinError('operand 1 must be valid number string')
}

/** OPA's bound for numbers with an exponent, in bits. */
const leastExponent = -100_000

function isOutOfRange(text: string): boolean {
  const double = Number(text)
  if (double !== 0) return !Number.isFinite(double)
  const [, digits = '', power] = /^(.*)[eE](.*)$/.exec(text) ?? []
  if (power === undefined) return false
  if (!/[1-9]/.test(digits)) return BigInt(power) !== BigInt.asIntN(64, BigInt(power))
  if (Number(power) + digits.length < -mostPlaces) return true
  const { mantissa, exponent } = floatOfLiteral(text)
  return bitLength(mantissa) + exponent < leastExponent
}

/** In base 2, 8, 10 or 16; without what is behind the point. */
export function formatInteger([value, base]: readonly RegoValue[]): string {
  const number = numberOperand(value, 1)
  numberOperand(base, 2)
  if (base !== 2 && base !== 8 && base !== 10 && base !== 16)
    throw new BuiltinError('operand 2 must be one of {2, 8, 10, 16}')
  return wholeOf(number).toString(base)
}

function wholeOf(number: JsonNumber): bigint {
  const literal = String(number)
  return /^[-+]?\d+$/.test(literal) ? BigInt(literal) : truncate(floatOf(number))
}
