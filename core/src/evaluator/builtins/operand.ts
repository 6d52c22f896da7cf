import { isArrayValue, RegoSet, type RegoValue } from '../value.ts'

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
