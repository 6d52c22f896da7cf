import type { Expression } from '../program.ts'
import type { Builder, Step } from './builder.ts'
import { reader } from './expressions.ts'
import { letInner, letMember } from './input-copies.ts'
import { isNode, isPlainKey } from './nodes.ts'

/** The closure that sets a slot, or fails when there is nothing to set. Written out for what most are set to. */
export function letStep(slot: number, expression: Expression, builder: Builder): Step {
  const fromInput = inputStep(slot, expression, builder)
  if (fromInput) return fromInput
  const read = reader(expression, builder)
  const { frame } = builder
  return () => ((frame[slot] = read()) === undefined ? 1 : 0)
}

/** Of a member of the input, or of a member of that. */
function inputStep(slot: number, expression: Expression, builder: Builder): Step | undefined {
  if (!isNode(expression, 'dot')) return undefined
  const [, source, key] = expression
  if (!isPlainKey(key)) return undefined
  if (isNode(source, 'input')) return letMember(builder, slot, key)
  const isInner = isNode(source, 'dot') && isNode(source[1], 'input') && isPlainKey(source[2])
  return isInner ? letInner(builder, slot, [source[2], key]) : undefined
}
