import { spend } from '../../effort.ts'
import { ValueMap } from '../../value-map.ts'
import {
  getMember,
  isEqual,
  isObjectValue,
  membersOf,
  objectOf,
  type RegoEntry,
  type RegoObjectValue,
  type RegoValue,
} from '../../value.ts'
import { arrayOperand, objectOperand } from '../operand.ts'

/** The members of both; of two values for one key the second counts, and objects are merged likewise. */
export function objectUnion([left, right]: readonly RegoValue[]): RegoObjectValue {
  const [first, second] = [objectOperand(left), objectOperand(right)]
  return isEqual(first, second) ? first : merge(first, second)
}

export function objectUnionAll([objects]: readonly RegoValue[]): RegoObjectValue {
  return mergeAll(arrayOperand(objects).map(objectOperand))
}

function merge(left: RegoObjectValue, right: RegoObjectValue): RegoObjectValue {
  spend(1)
  const entries: RegoEntry[] = []
  for (const [key, value] of membersOf(left)) {
    const other = getMember(right, key)
    entries.push([key, other === undefined ? value : mergeValues(value, other)])
  }
  for (const entry of membersOf(right)) {
    if (getMember(left, entry[0]) === undefined) entries.push(entry)
  }
  return objectOf(entries)
}

function mergeValues(left: RegoValue, right: RegoValue): RegoValue {
  return isObjectValue(left) && isObjectValue(right) ? merge(left, right) : right
}

/** A key's values, the last one first. */
type Values = { readonly key: RegoValue; readonly values: RegoValue[] }

function mergeAll(objects: readonly RegoObjectValue[]): RegoObjectValue {
  const members = new ValueMap<Values>()
  for (const object of objects.toReversed()) {
    for (const [key, value] of membersOf(object)) {
      const known = members.get(key)
      if (known) known.values.push(value)
      else members.set(key, { key, values: [value] })
    }
  }
  return objectOf(Array.from(members.values(), ({ key, values }) => [key, lastOf(values)]))
}

/** Objects are merged back to where the key had another value. */
function lastOf(values: readonly RegoValue[]): RegoValue {
  const other = values.findIndex((value) => !isObjectValue(value))
  const objects = (other === -1 ? values : values.slice(0, other)).filter(isObjectValue)
  return objects.length > 1 ? mergeAll(objects.toReversed()) : (values[0] ?? null)
}
