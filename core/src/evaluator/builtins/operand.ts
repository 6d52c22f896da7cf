import { isJsonNumber } from '../../json/equal.ts'
import type { JsonNumber } from '../../json/number.ts'
import {
  isArrayValue,
  isObjectValue,
  itemsOf,
  RegoSet,
  type RegoObjectValue,
  type RegoValue,
} from '../value.ts'
import { integerOf } from './arithmetic/integer.ts'
import { typeName } from './values/type-name.ts'

/** A builtin refuses its operands; the expression that called it is undefined. */
export class BuiltinError extends Error {
  override readonly name = 'BuiltinError'
  readonly code = 'ERR_BUILTIN'
}

export function stringOperand(value: RegoValue | undefined): string {
  if (typeof value !== 'string') throw new BuiltinError('operand must be a string')
  return value
}

/** One string, or an array or set of strings. */
export function stringsOperand(value: RegoValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value]
  if (value instanceof RegoSet) return value.items.map(stringOperand)
  if (isArrayValue(value)) return value.map(stringOperand)
  throw new BuiltinError('operand must be a string, or an array or set of strings')
}

export function arrayOperand(value: RegoValue | undefined): readonly RegoValue[] {
  if (!isArrayValue(value)) throw new BuiltinError('operand must be an array')
  return value
}

export function objectOperand(value: RegoValue | undefined): RegoObjectValue {
  if (!isObjectValue(value)) throw new BuiltinError('operand must be an object')
  return value
}

const [leastInt64, mostInt64] = [-(2n ** 63n), 2n ** 63n - 1n]

/** An integer of 64 bits; `1.00` is one, `1e2` is not. */
export function int64Operand(value: RegoValue | undefined): bigint {
  const integer = parseInt64(numberText(value))
  if (integer === undefined) throw new BuiltinError('operand must be an integer of 64 bits')
  return integer
}

/** The same for counts and places, where no digit beyond a double's matters. */
export function countOperand(value: RegoValue | undefined): number {
  return Number.isSafeInteger(value) ? (value as number) : Number(int64Operand(value))
}

/** OPA's `util.Atoi64`: up to 19 characters, zeros behind the point, which may stand alone. */
export function parseInt64(text: string): bigint | undefined {
  const [, sign, digits] = /^([-+]?)(?=.{1,19}$)(\d*)(?:\.0*)?$/.exec(text) ?? []
  if (digits === undefined) return undefined
  const integer = sign === '-' ? -BigInt(digits) : BigInt(digits)
  return integer < leastInt64 || integer > mostInt64 ? undefined : integer
}

/** An integer of any size, however it is written: `1.0`, `1e3`. */
export function integerOperand(value: RegoValue | undefined, position = 1): bigint {
  const integer = integerOf(numberOperand(value, position))
  if (integer === undefined) throw new BuiltinError(`operand ${position} must be an integer`)
  return integer
}

export function numberOperand(value: RegoValue | undefined, position: number): JsonNumber {
  if (!isJsonNumber(value)) throw typeError(position, value, 'number')
  return value
}

export function setOperand(value: RegoValue | undefined, position: number): RegoSet {
  if (!(value instanceof RegoSet)) throw typeError(position, value, 'set')
  return value
}

/** The items of an array or a set. */
export function itemsOperand(value: RegoValue | undefined): readonly RegoValue[] {
  const items = itemsOf(value)
  if (!items) throw typeError(1, value, 'array', 'set')
  return items
}

/** In OPA's words. */
export function typeError(
  position: number,
  value: RegoValue | undefined,
  ...expected: readonly string[]
): BuiltinError {
  const wanted = expected.length === 1 ? expected.join() : `one of {${expected.join(', ')}}`
  return new BuiltinError(`operand ${position} must be ${wanted} but got ${typeName(value)}`)
}

function numberText(value: RegoValue | undefined): string {
  if (!isJsonNumber(value)) throw new BuiltinError('operand must be a number')
  return String(value)
}
