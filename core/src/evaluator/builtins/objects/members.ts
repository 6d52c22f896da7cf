import { isJsonNumber } from '../../../json/equal.ts'
import {
  getMember,
  isArrayValue,
  isObjectValue,
  membersOf,
  objectOf,
  RegoObject,
  RegoSet,
  setOf,
  sizeOf,
  type RegoObjectValue,
  type RegoValue,
} from '../../value.ts'
import { BuiltinError, objectOperand, parseInt64 } from '../operand.ts'

/** What stands under a key, or at the end of a path through objects, arrays and sets; else the third operand. */
export function objectGet(operands: readonly RegoValue[]): RegoValue | undefined {
  const object = objectOperand(operands[0])
  const path = operands[1] ?? null
  const found = isArrayValue(path) ? valueAt(object, path) : getMember(object, path)
  return found === undefined ? operands[2] : found
}

export function objectKeys([object]: readonly RegoValue[]): RegoSet {
  return keySetOf(objectOperand(object))
}

export function objectRemove([object, keys]: readonly RegoValue[]): RegoObjectValue {
  const [members, removed] = [membersOf(objectOperand(object)), keysOperand(keys)]
  return objectOf([...members].filter(([key]) => !removed.has(key)))
}

/** The members with these keys, which are written as in the larger one of both, as in OPA. */
export function objectFilter([source, keys]: readonly RegoValue[]): RegoObjectValue {
  const [object, wanted] = [objectOperand(source), keysOperand(keys)]
  const isFew = sizeOf(object) < wanted.size
  return objectOf(
    [...membersOf(object)].flatMap(([key, value]) => {
      const found = wanted.get(key)
      return found === undefined ? [] : [[isFew ? found : key, value]]
    }),
  )
}

function valueAt(object: RegoValue, path: readonly RegoValue[]): RegoValue | undefined {
  let value: RegoValue | undefined = object
  for (const key of path) {
    value = memberOf(value, key)
    if (value === undefined) return undefined
  }
  return value
}

function memberOf(value: RegoValue, key: RegoValue): RegoValue | undefined {
  if (isObjectValue(value)) return getMember(value, key)
  if (isArrayValue(value)) return itemAt(value, key)
  return value instanceof RegoSet && value.has(key) ? key : undefined
}

/** `1.0` is a place, `1e0` and `"1"` are not. */
function itemAt(items: readonly RegoValue[], key: RegoValue): RegoValue | undefined {
  if (typeof key === 'number') return items[key]
  const place = isJsonNumber(key) ? parseInt64(String(key)) : undefined
  return place === undefined ? undefined : items[Number(place)]
}

function keySetOf(object: RegoObjectValue): RegoSet {
  if (!(object instanceof RegoObject)) return new RegoSet(Object.keys(object))
  return new RegoSet(Array.from(object.members, ([key]) => key))
}

function keysOperand(value: RegoValue | undefined): RegoSet {
  if (value instanceof RegoSet) return value
  if (isArrayValue(value)) return setOf(value)
  if (isObjectValue(value)) return keySetOf(value)
  throw new BuiltinError('operand must be an object, set, or array')
}
