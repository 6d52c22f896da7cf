import { isArrayValue, type RegoValue } from '../../value.ts'
import { arrayOperand, int64Operand } from '../operand.ts'

export function concat([left, right]: readonly RegoValue[]): readonly RegoValue[] {
  return [...arrayOperand(left), ...arrayOperand(right)]
}

/** One level. */
export function flatten([value]: readonly RegoValue[]): readonly RegoValue[] {
  return arrayOperand(value).flatMap((item) => (isArrayValue(item) ? item : [item]))
}

export function reverse([value]: readonly RegoValue[]): readonly RegoValue[] {
  return arrayOperand(value).toReversed()
}

/** From the first index up to the second, without it; indices outside of the array stand for its ends. */
export function slice([value, from, to]: readonly RegoValue[]): readonly RegoValue[] {
  const items = arrayOperand(value)
  return items.slice(indexOperand(from), indexOperand(to))
}

function indexOperand(value: RegoValue | undefined): number {
  const index = Number.isSafeInteger(value) ? (value as number) : Number(int64Operand(value))
  return Math.max(index, 0)
}
