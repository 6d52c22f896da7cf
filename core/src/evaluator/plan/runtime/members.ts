import type { Expression } from '../program.ts'
import type { Builder, Read } from './builder.ts'
import { memberOf, slotMember } from './copies.ts'
import { reader } from './expressions.ts'
import { inputMember, innerInputMember } from './input-copies.ts'
import { keyedReader } from './keyed.ts'
import { isNode, isPlainKey, isSettled, slotOf, type Member } from './nodes.ts'
import { pathReader } from './paths.ts'
import { rememberingReader, settledReader } from './settled.ts'

/** The closure that reads a member. Written out for what most reads are: keys and slots that are at hand. */
export function memberReader(member: Member, builder: Builder): Read {
  const [kind, source, key] = member
  const stays = kind === 'base' && isSettled(source)
  if (isPlainKey(key)) {
    const read = namedReader(source, key, builder)
    return stays ? settledReader(read, builder) : read
  }
  if (stays) return rememberingReader(member, builder)
  return pathReader(member, builder) ?? keyedReader(member, builder)
}

function namedReader(source: Expression, key: string, builder: Builder): Read {
  const { run, frame } = builder
  if (isNode(source, 'input')) return inputMember(run, key)
  const slot = slotOf(source)
  if (slot !== undefined) return slotMember(frame, slot, key)
  const isInner = isNode(source, 'dot') && isNode(source[1], 'input') && isPlainKey(source[2])
  return isInner ? innerInputMember(run, source[2], key) : memberOf(reader(source, builder), key)
}
