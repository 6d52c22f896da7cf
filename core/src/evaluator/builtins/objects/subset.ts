import {
  getMember,
  isArrayValue,
  isEqual,
  isObjectValue,
  membersOf,
  RegoSet,
  type RegoObjectValue,
  type RegoValue,
} from '../../value.ts'
import { BuiltinError } from '../operand.ts'

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
  if (isObjectValue(whole) && isObjectValue(part)) return isSubobject(whole, part)
  if (whole instanceof RegoSet && part instanceof RegoSet) {
    return part.members.every((item) => whole.has(item))
  }
  if (isArrayValue(whole) && isArrayValue(part)) return isSubarray(whole, part)
  return undefined
}

function isSubobject(whole: RegoObjectValue, part: RegoObjectValue): boolean {
  return [...membersOf(part)].every(([key, value]) => {
    const found = getMember(whole, key)
    return found !== undefined && (isEqual(found, value) || (isSubset(found, value) ?? false))
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
  let missing = part.size
  return whole.some((item) => {
    if (part.has(item)) missing--
    return missing === 0
  })
}
