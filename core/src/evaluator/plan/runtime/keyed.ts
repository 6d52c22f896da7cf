import type { RegoValue } from '../../value.ts'
import type { Expression } from '../program.ts'
import { getAt, getBaseAt, getNamed } from './access.ts'
import type { Builder, Read } from './builder.ts'
import { reader } from './expressions.ts'
import { isNode, isSettled, slotOf, type Member } from './nodes.ts'
import type { Run } from './run.ts'
import { getReplacedAt } from './with.ts'

/** The closure that reads a member by a key which is only known now. Many such keys in slots take no more than one. */
export function keyedReader(member: Member, builder: Builder): Read {
  const { run } = builder
  const [kind, source, key] = member
  const get = getterOf(kind, run)
  const path = pathOf(member)
  if (path) return pathReader(path, get, builder)
  const [read, readKey] = [reader(source, builder), reader(key, builder)]
  return () => {
    const value = read()
    return value === undefined ? undefined : keyed(value, readKey(), get)
  }
}

type Get = (source: RegoValue, key: RegoValue) => RegoValue | undefined

/** What `with` puts into the data document is read like most values. */
export function getterOf(kind: Member[0], run: Run): Get {
  if (kind === 'dot') return getAt
  return (source, key) =>
    run.data === run.document ? getBaseAt(source, key) : getReplacedAt(source, key)
}

/** In objects a text is a key wherever they are from. */
export function keyed(
  source: RegoValue | undefined,
  key: RegoValue | undefined,
  get: Get,
): RegoValue | undefined {
  if (typeof source !== 'object' || source === null || key === undefined) return undefined
  if (typeof key === 'string' && !Array.isArray(source)) return getNamed(source, key)
  return get(source, key)
}

type Path = { readonly root: Expression; readonly slots: readonly number[] }

/** Reads of one kind, each of what the one before it found, by keys in slots. */
function pathOf([kind, source, key]: Member): Path | undefined {
  const slot = slotOf(key)
  if (slot === undefined) return undefined
  const goesOn = isNode(source, kind) && !isSettled(source[1])
  const { root, slots } = (goesOn && pathOf(source)) || { root: source, slots: [] }
  return { root, slots: [...slots, slot] }
}

function pathReader({ root, slots }: Path, get: Get, builder: Builder): Read {
  const { frame } = builder
  const read = reader(root, builder)
  const slot = slotOf(root)
  return () => {
    let value = slot === undefined ? read() : frame[slot]
    for (let at = 0; at < slots.length; at++) value = keyed(value, frame[slots[at] as number], get)
    return value
  }
}
