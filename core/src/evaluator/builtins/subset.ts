import { isArrayValue, RegoObject, RegoSet, type RegoEntry, type RegoValue } from '../value.ts'
import { BuiltinError } from './operand.ts'
import { isEqual } from './values.ts'

/** `object.subset(super, sub)` for objects, sets, arrays, and a set in an array. */
export function objectSubset([whole = null, part = null]: readonly RegoValue[]): boolean {
  if (isArrayValue(whole) && part instanceof RegoSet) return isSetInArray(whole, part)
  const answer = isSubset(whole, part)
  if (answer === undefined)
    throw new BuiltinError('operands must be of the same type, or array and set')
  return answer
}

/** Undefined for two values that are not both objects, sets or arrays. */
function isSubset(whole: RegoValue, part: RegoValue): boolean | undefined {
  if (whole instanceof RegoObject && part instanceof RegoObject)
    return isSubobject(whole.entries, part.entries)
  if (whole instanceof RegoSet && part instanceof RegoSet) {
    return part.items.every((item) => includes(whole.items, item))
  }
  if (isArrayValue(whole) && isArrayValue(part)) return isSubarray(whole, part)
  return undefined
}

function isSubobject(whole: readonly RegoEntry[], part: readonly RegoEntry[]): boolean {
  return part.every(([key, value]) => {
    const found = whole.find(([other]) => isEqual(other, key))
    return found !== undefined && (isEqual(found[1], value) || (isSubset(found[1], value) ?? false))
  })
}

/** Whether the part occurs in the whole without a gap. */
function isSubarray(whole: readonly RegoValue[], part: readonly RegoValue[]): boolean {
  for (let start = 0; start + part.length <= whole.length; start++) {
    if (part.every((item, at) => isEqual(whole[start + at] ?? null, item))) return true
  }
  return false
}

/** Counts an item twice when the array has it twice, and says no for an empty array, as OPA does. */
function isSetInArray(whole: readonly RegoValue[], part: RegoSet): boolean {
  let missing = part.items.length
  return whole.some((item) => {
    if (includes(part.items, item)) missing--
    return missing === 0
  })
}

function includes(items: readonly RegoValue[], item: RegoValue): boolean {
  return items.some((other) => isEqual(other, item))
}
