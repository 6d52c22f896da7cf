import {
  isArrayValue,
  isObjectValue,
  membersOf,
  objectOf,
  RegoSet,
  setOf,
  sizeOf,
  type RegoObjectValue,
  type RegoValue,
} from '../../value.ts'
import { objectOperand } from '../operand.ts'
import { branchesFrom, type Branches } from './branches.ts'

/** What the paths lead to; items of arrays go by their place as text, items of sets by themselves. */
export function jsonFilter([object, paths]: readonly RegoValue[]): RegoValue {
  return filter(objectOperand(object), branchesFrom(paths))
}

/** All but what the paths lead to. */
export function jsonRemove([object, paths]: readonly RegoValue[]): RegoValue {
  return remove(objectOperand(object), branchesFrom(paths))
}

function filter(value: RegoValue, branches: Branches | undefined): RegoValue {
  if (!branches) return value
  if (isObjectValue(value)) return filterObject(value, branches)
  return mapItems(value, (item, key) => {
    const branch = branches.get(key)
    return branch && filter(item, branch.below)
  })
}

/** Keys are written as in the larger one of both, as in OPA. */
function filterObject(object: RegoObjectValue, branches: Branches): RegoObjectValue {
  const isSmall = sizeOf(object) < branches.size
  return objectOf(
    [...membersOf(object)].flatMap(([key, value]) => {
      const branch = branches.get(key)
      return branch ? [[isSmall ? branch.key : key, filter(value, branch.below)]] : []
    }),
  )
}

function remove(value: RegoValue, branches: Branches): RegoValue {
  if (!isObjectValue(value)) return mapItems(value, (item, key) => rest(item, key, branches))
  return objectOf(
    [...membersOf(value)].flatMap(([key, item]) => {
      const left = rest(item, key, branches)
      return left === undefined ? [] : [[key, left]]
    }),
  )
}

function rest(item: RegoValue, key: RegoValue, branches: Branches): RegoValue | undefined {
  const branch = branches.get(key)
  if (!branch) return item
  return branch.below && remove(item, branch.below)
}

/** Items become what `map` makes of them, or go; a value without items stays. */
function mapItems(
  value: RegoValue,
  map: (item: RegoValue, key: RegoValue) => RegoValue | undefined,
): RegoValue {
  if (value instanceof RegoSet) return setOf(present(value.items.map((item) => map(item, item))))
  if (!isArrayValue(value)) return value
  return present(value.map((item, at) => map(item, String(at))))
}

function present(items: readonly (RegoValue | undefined)[]): readonly RegoValue[] {
  return items.filter((item) => item !== undefined)
}
