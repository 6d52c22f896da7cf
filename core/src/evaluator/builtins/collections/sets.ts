import { RegoSet, type RegoValue } from '../../value.ts'
import { setOperand } from '../operand.ts'

export function difference([left, right]: readonly RegoValue[]): RegoSet {
  return subtractSets(setOperand(left, 1), setOperand(right, 2))
}

/** Of two sets. */
export function and([left, right]: readonly RegoValue[]): RegoSet {
  return intersect(setOperand(left, 1), setOperand(right, 2))
}

/** Of two sets. */
export function or([left, right]: readonly RegoValue[]): RegoSet {
  return unite([setOperand(left, 1), setOperand(right, 2)])
}

/** Of a set of sets. */
export function intersection([value]: readonly RegoValue[]): RegoSet {
  const sets = setsOperand(value)
  return sets.length === 0 ? new RegoSet() : sets.reduce(intersect)
}

/** Of a set of sets. */
export function union([value]: readonly RegoValue[]): RegoSet {
  return unite(setsOperand(value))
}

export function subtractSets(left: RegoSet, right: RegoSet): RegoSet {
  return new RegoSet(left.members.filter((member) => !right.has(member)))
}

/** Of equal members spelt otherwise (`1` and `1.0`) the smaller set's stays, as in OPA. */
function intersect(left: RegoSet, right: RegoSet): RegoSet {
  const [few, many] = right.size < left.size ? [right, left] : [left, right]
  return new RegoSet(few.members.filter((member) => many.has(member)))
}

/** Of equal members the first set's stays. */
function unite(sets: readonly RegoSet[]): RegoSet {
  const [first, ...others] = sets
  const united = new RegoSet([...(first?.members ?? [])])
  for (const set of others) for (const member of set.members) united.add(member)
  return united
}

function setsOperand(value: RegoValue | undefined): readonly RegoSet[] {
  return setOperand(value, 1).items.map((item) => setOperand(item, 1))
}
