import type { RegoValue } from '../../value.ts'
import type { Expression } from '../program.ts'
import { getJson } from './access.ts'
import type { Builder, Read, Step } from './builder.ts'
import { reader } from './expressions.ts'
import { getterOf, keyed, keyedStored, type Get } from './keyed.ts'
import { isNode, isSettled, slotOf, type Member } from './nodes.ts'

/** The closure that reads by a key in a slot, also a member of such a member; undefined for any other read. */
export function pathReader(member: Member, builder: Builder): Read | undefined {
  const slot = slotOf(member[2])
  if (slot === undefined) return undefined
  return member[0] === 'base'
    ? baseReader(member[1], slot, builder)
    : dotReader(member[1], slot, builder)
}

/** The same for the test whether there is something that is not false. */
export function pathTest(member: Member, builder: Builder): Step | undefined {
  const read = pathReader(member, builder)
  if (!read) return undefined
  return () => {
    const value = read()
    return value === undefined || value === false ? 1 : 0
  }
}

function dotReader(source: Expression, last: number, builder: Builder): Read {
  const { frame } = builder
  const get = getterOf('dot', builder.run)
  const slot = slotOf(source)
  if (slot !== undefined) return () => keyed(frame[slot], frame[last], get)
  const read = reader(source, builder)
  return () => keyed(read(), frame[last], get)
}

/** Of data as it is. What something else is read of is likely to be there, what is read last less so. */
function baseReader(source: Expression, last: number, builder: Builder): Read {
  const { run, frame } = builder
  const get = getterOf('base', run)
  const middle = isNode(source, 'base') && !isSettled(source[1]) ? slotOf(source[2]) : undefined
  if (middle === undefined) {
    const read = reader(source, builder)
    return () => lastOf(read(), frame[last], get, run.data === run.document)
  }
  const read = reader((source as Member)[1], builder)
  return () => {
    const value = read()
    if (run.data !== run.document) return keyed(keyed(value, frame[middle], get), frame[last], get)
    return lastOf(keyedStored(value, frame[middle], get), frame[last], get, true)
  }
}

/** `isStored`: where all is JSON, so that nothing but a property is a member. */
function lastOf(
  source: RegoValue | undefined,
  key: RegoValue | undefined,
  get: Get,
  isStored: boolean,
): RegoValue | undefined {
  if (typeof source !== 'object' || source === null || key === undefined) return undefined
  if (typeof key === 'string' && !Array.isArray(source) && isStored) return getJson(source, key)
  return keyed(source, key, get)
}
