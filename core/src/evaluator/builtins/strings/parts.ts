import { itemsOf, type RegoValue } from '../../value.ts'
import { BuiltinError, countOperand, stringOperand } from '../operand.ts'
import { isFlat } from './characters.ts'

export function concat(operands: readonly RegoValue[]): string {
  const separator = stringOperand(operands[0])
  const items = itemsOf(operands[1])
  if (!items?.every((item) => typeof item === 'string'))
    throw new BuiltinError('operand must be an array or set of strings')
  return items.join(separator)
}

/** Without a separator, the characters. */
export function split(operands: readonly RegoValue[]): readonly string[] {
  const separator = stringOperand(operands[1])
  return partsOf(stringOperand(operands[0]), separator)
}

/** The first parts of a text, or with a negative count the last ones; without a separator its characters. */
export function splitN([text, separator, count]: readonly RegoValue[]): readonly string[] {
  const limit = countOperand(count)
  const parts = partsOf(stringOperand(text), stringOperand(separator))
  return limit < 0 ? parts.slice(limit) : parts.slice(0, limit)
}

/** From a place on, in characters; with a negative length to the end. */
export function substring(operands: readonly RegoValue[]): string {
  const text = stringOperand(operands[0])
  const start = countOperand(operands[1])
  const length = countOperand(operands[2])
  if (start < 0) throw new BuiltinError('negative offset')
  const end = length < 0 ? undefined : start + length
  if (isFlat(text)) return text.slice(start, end)
  return Array.from(text).slice(start, end).join('')
}

export function reverse(operands: readonly RegoValue[]): string {
  return Array.from(stringOperand(operands[0])).toReversed().join('')
}

function partsOf(text: string, separator: string): readonly string[] {
  return separator === '' ? Array.from(text) : text.split(separator)
}
