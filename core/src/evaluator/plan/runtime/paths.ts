import type { RegoValue } from '../../value.ts'
import type { Expression } from '../program.ts'
import { getJson } from './access.ts'
import type { Builder, Frame, Read, Step } from './builder.ts'
import { reader } from './expressions.ts'
import { getterOf, keyed, keyedStored, type Get } from './keyed.ts'
import { isNode, isSettled, slotOf, type Member } from './nodes.ts'
import { pairReader } from './pairs.ts'
import type { Run } from './run.ts'

/** The closure that reads by a key in a slot, often of what was read by another; undefined for any other read. */
export function pathReader(member: Member, builder: Builder): Read | undefined {
  const path = createPath(member, builder)
  return path && (() => find(path))
}

/** The same for the test whether there is something that is not false. */
export function pathTest(member: Member, builder: Builder): Step | undefined {
  const path = createPath(member, builder)
  if (!path) return undefined
  return () => {
    const value = find(path)
    return value === undefined || value === false ? 1 : 0
  }
}

type Path = {
  readonly run: Run
  readonly frame: Frame
  readonly read: Read
  /** What `read` reads, if it is a slot. */
  readonly slot: number | undefined
  readonly key: number
  readonly isBase: boolean
  readonly get: Get
}

function createPath(member: Member, builder: Builder): Path | undefined {
  const [kind, source, name] = member
  const key = slotOf(name)
  if (key === undefined) return undefined
  const { run, frame } = builder
  const [isBase, slot, get] = [kind === 'base', slotOf(source), getterOf(member, builder)]
  const read = (isBase ? baseReader(source, builder) : undefined) ?? reader(source, builder)
  return { run, frame, read, slot, key, isBase, get }
}

/** In data as it is nothing but a property is a member. */
function find({ run, frame, read, slot, key, isBase, get }: Path): RegoValue | undefined {
  const source = slot === undefined ? read() : frame[slot]
  const name = frame[key]
  const isNamed = typeof name === 'string' && typeof source === 'object' && source !== null
  if (isNamed && isBase && !Array.isArray(source) && run.data === run.document)
    return getJson(source, name)
  return keyed(source, name, get)
}

/** The closure that reads of data what something else is read of, and which therefore is likely to be there. */
function baseReader(source: Expression, builder: Builder): Read | undefined {
  if (!isNode(source, 'base') || isSettled(source[1])) return undefined
  const [, outer, name] = source
  const key = slotOf(name)
  if (key === undefined) return undefined
  const { run, frame } = builder
  const get = getterOf(source, builder)
  if (isNode(outer, 'base') && isSettled(outer[1])) {
    const [, base, outerName] = outer
    const outerKey = slotOf(outerName)
    const gets = [getterOf(outer, builder), get] as const
    if (outerKey !== undefined)
      return pairReader(reader(base, builder), [outerKey, key], { gets, builder })
  }
  const read = reader(outer, builder)
  return () => {
    const value = read()
    const isStored = run.data === run.document
    return isStored ? keyedStored(value, frame[key], get) : keyed(value, frame[key], get)
  }
}
