import { isArrayValue, isObjectValue, RegoSet, sizeOf, type RegoValue } from '../../value.ts'

/** How many items or members; 0 for what has neither. */
export function lengthOf(value: RegoValue | undefined): number | undefined {
  if (value === undefined) return undefined
  if (isArrayValue(value)) return value.length
  if (value instanceof RegoSet) return value.size
  return isObjectValue(value) ? sizeOf(value) : 0
}
