import { isEqual } from '../../value.ts'
import type { Expression } from '../program.ts'
import type { Builder, Step } from './builder.ts'
import { slotMemberEqual } from './copies.ts'
import { reader } from './expressions.ts'
import { equalCode } from './named.ts'
import { isNode, isPlainKey, slotOf } from './nodes.ts'
import { pathTest } from './paths.ts'

export function equalStep(left: Expression, right: Expression, builder: Builder): Step {
  const [readLeft, readRight] = [reader(left, builder), reader(right, builder)]
  if (isExact(right)) return () => (readLeft() === right ? 0 : 1)
  if (isExact(left)) return () => (readRight() === left ? 0 : 1)
  const slot = slotOf(right)
  if (slot !== undefined) return equalToSlot(left, slot, builder)
  return () => {
    const value = readLeft()
    return value === undefined ? 1 : equalCode(value, readRight())
  }
}

/** Written out for a member of what is in a slot: the test of a loop over objects. */
function equalToSlot(left: Expression, slot: number, builder: Builder): Step {
  const { frame } = builder
  const [kind, source = null, key = null] = Array.isArray(left)
    ? (left as readonly Expression[])
    : []
  const sourceSlot = slotOf(source)
  if (kind === 'dot' && sourceSlot !== undefined && isPlainKey(key))
    return slotMemberEqual(frame, sourceSlot, [key, slot])
  const read = reader(left, builder)
  return () => equalCode(read(), frame[slot])
}

export function unequalStep(left: Expression, right: Expression, builder: Builder): Step {
  const isTest = right === false && (isNode(left, 'dot') || isNode(left, 'base'))
  const test = isTest ? pathTest(left, builder) : undefined
  return test ?? inequality(left, right, builder)
}

function inequality(left: Expression, right: Expression, builder: Builder): Step {
  const [readLeft, readRight] = [reader(left, builder), reader(right, builder)]
  if (isExact(right)) {
    return () => {
      const value = readLeft()
      return value === undefined || value === right ? 1 : 0
    }
  }
  return () => {
    const value = readLeft()
    if (value === undefined) return 1
    const other = readRight()
    return other === undefined || isEqual(value, other) ? 1 : 0
  }
}

/** A constant that nothing else equals: numbers may be written differently. */
function isExact(expression: Expression): expression is null | boolean | string {
  return expression === null || typeof expression === 'boolean' || typeof expression === 'string'
}
