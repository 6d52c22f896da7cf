import type { RegoValue } from '../../value.ts'
import type { Expression } from '../program.ts'
import type { Builder, Frame, Read, Step } from './builder.ts'
import { reader } from './expressions.ts'
import { getterOf, keyed, keyedStored, type Get } from './keyed.ts'
import { isNode, isSettled, slotOf, type Member } from './nodes.ts'
import type { Run } from './run.ts'

/** The closure that reads by keys in slots, a member of a member if there are many; undefined for any other read. */
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
  /** Of the keys but the last. */
  readonly slots: readonly number[]
  readonly last: number
  readonly isBase: boolean
  readonly get: Get
}

function createPath(member: Member, builder: Builder): Path | undefined {
  const [kind] = member
  const [root, keys] = stepsOf(member)
  const [last] = keys.slice(-1)
  if (last === undefined) return undefined
  const { run, frame } = builder
  const [read, slot] = [reader(root, builder), slotOf(root)]
  const isBase = kind === 'base'
  return {
    run,
    frame,
    read,
    slot,
    slots: keys.slice(0, -1),
    last,
    isBase,
    get: getterOf(kind, run),
  }
}

/** Where reads of one kind begin, each of what the one before it found, and the slots of their keys. */
function stepsOf([kind, source, key]: Member): readonly [Expression, readonly number[]] {
  const slot = slotOf(key)
  if (slot === undefined) return [source, []]
  const [root, slots] =
    isNode(source, kind) && !isSettled(source[1]) ? stepsOf(source) : [source, []]
  return slots.length === 0 ? [source, [slot]] : [root, [...slots, slot]]
}

/** What something else is read of is likely to be there, what is read last less so. */
function find({ run, frame, read, slot, slots, last, isBase, get }: Path): RegoValue | undefined {
  let value = slot === undefined ? read() : frame[slot]
  const isStored = isBase && run.data === run.document
  for (let at = 0; at < slots.length; at++) {
    const key = frame[slots[at] as number]
    value = isStored ? keyedStored(value, key, get) : keyed(value, key, get)
  }
  return keyed(value, frame[last], get)
}
