import { formatValue } from '../../value-format.ts'
import {
  compareValues,
  isArrayValue,
  isObjectValue,
  RegoSet,
  sizeOf,
  sortValues,
  type RegoValue,
} from '../../value.ts'
import { itemsOperand, typeError } from '../operand.ts'

/** Items, members, or characters (code points). */
export function count([value]: readonly RegoValue[]): number {
  if (isArrayValue(value)) return value.length
  if (value instanceof RegoSet) return value.size
  if (typeof value === 'string') return value.length - (value.match(surrogatePair)?.length ?? 0)
  if (isObjectValue(value)) return sizeOf(value)
  throw typeError(1, value, 'array', 'object', 'set', 'string')
}

const surrogatePair = /[\ud800-\udbff][\udc00-\udfff]/g

/** Of equal items the last one. */
export function max([value]: readonly RegoValue[]): RegoValue | undefined {
  return best(itemsOperand(value), (order) => order >= 0)
}

/** Of equal items the last one. */
export function min([value]: readonly RegoValue[]): RegoValue | undefined {
  return best(itemsOperand(value), (order) => order <= 0)
}

function best(
  items: readonly RegoValue[],
  wins: (order: number) => boolean,
): RegoValue | undefined {
  let found = items[0]
  for (const item of items) if (wins(compareValues(item, found as RegoValue))) found = item
  return found
}

/** Throws `RangeError` where OPA's order hangs on how Go sorts: many items, equal ones spelt otherwise (`1`, `1.0`). */
export function sort([value]: readonly RegoValue[]): readonly RegoValue[] {
  const items = itemsOperand(value)
  if (value instanceof RegoSet) return items
  const sorted = sortValues([...items])
  if (sorted.length > mostSortedStably && sorted.some(isSpeltOtherwise))
    throw new RangeError('sort: equal numbers that are written differently')
  return sorted
}

/** Up to here Go's sort keeps equal items in order. */
const mostSortedStably = 12

function isSpeltOtherwise(item: RegoValue, at: number, items: readonly RegoValue[]): boolean {
  const next = items[at + 1]
  if (next === undefined || item === next || compareValues(item, next) !== 0) return false
  return formatValue(item) !== formatValue(next)
}

export function all([value]: readonly RegoValue[]): boolean {
  return itemsOperand(value).every((item) => item === true)
}

export function any([value]: readonly RegoValue[]): boolean {
  return itemsOperand(value).includes(true)
}
