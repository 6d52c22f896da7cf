import type { RegoValue } from '../../value.ts'
import type { Expression } from '../program.ts'
import { getAt, getBaseAt, getNamed, isInherited, isItemNumber } from './access.ts'
import type { Builder, Read } from './builder.ts'
import { inputMember, innerInputMember, memberOf, slotMember } from './copies.ts'
import { reader } from './expressions.ts'
import { getReplacedAt } from './with.ts'

/** The closure that reads a member. Written out for what most reads are: keys and slots that are at hand. */
export function memberReader(source: Expression, key: Expression, builder: Builder): Read {
  return isPlainKey(key)
    ? namedReader(source, key, builder)
    : keyedReader([source, key], getAt, builder)
}

/** What `with` puts into the data document is read like most values. */
export function baseReader(source: Expression, key: Expression, builder: Builder): Read {
  if (isPlainKey(key)) {
    const read = namedReader(source, key, builder)
    return isSettled(source) ? settledReader(read, builder) : read
  }
  const { run } = builder
  const get: Get = (value, name) =>
    run.data === run.document ? getBaseAt(value, name) : getReplacedAt(value, name)
  return keyedReader([source, key], get, builder)
}

/** What constant keys read of the data document stays the same until there is other data. */
function settledReader(read: Read, { run }: Builder): Read {
  let version = 0
  let value: RegoValue | undefined
  run.release.push(() => {
    value = undefined
  })
  return () => {
    if (run.data !== run.document) return read()
    if (version !== run.version) {
      value = read()
      version = run.version
    }
    return value
  }
}

/** By a key that plain property access finds, if it finds anything. */
export function isPlainKey(key: Expression): key is string {
  return typeof key === 'string' && !isInherited(key) && !isItemNumber(key)
}

function isSettled(source: Expression): boolean {
  if (isNode(source, 'data')) return true
  return isMember(source, 'base') && isPlainKey(source[2]) && isSettled(source[1])
}

/** The slot that an expression reads. */
export function slotOf(expression: Expression): number | undefined {
  return isNode(expression, 'local') ? expression[1] : undefined
}

function namedReader(source: Expression, key: string, builder: Builder): Read {
  const { run, frame } = builder
  if (isNode(source, 'input')) return inputMember(run, key)
  const slot = slotOf(source)
  if (slot !== undefined) return slotMember(frame, slot, key)
  const isInner = isMember(source, 'dot') && isNode(source[1], 'input') && isPlainKey(source[2])
  return isInner ? innerInputMember(run, source[2], key) : memberOf(reader(source, builder), key)
}

type Get = (source: RegoValue, key: RegoValue) => RegoValue | undefined

function keyedReader(
  [source, key]: readonly [Expression, Expression],
  get: Get,
  builder: Builder,
): Read {
  const { frame } = builder
  const read = reader(source, builder)
  const [slot, keySlot] = [slotOf(source), slotOf(key)]
  if (keySlot !== undefined && slot !== undefined)
    return () => keyed(frame[slot], frame[keySlot], get)
  if (keySlot !== undefined) return () => keyed(read(), frame[keySlot], get)
  const readKey = reader(key, builder)
  return () => {
    const value = read()
    return value === undefined ? undefined : keyed(value, readKey(), get)
  }
}

/** In objects a text is a key wherever they are from. */
function keyed(
  source: RegoValue | undefined,
  key: RegoValue | undefined,
  get: Get,
): RegoValue | undefined {
  if (typeof source !== 'object' || source === null || key === undefined) return undefined
  if (typeof key === 'string' && !Array.isArray(source)) return getNamed(source, key)
  return get(source, key)
}

function isNode<Name extends 'input' | 'data' | 'local'>(
  source: Expression,
  name: Name,
): source is Extract<Expression, readonly [Name, ...unknown[]]> {
  return Array.isArray(source) && source[0] === name
}

function isMember(
  source: Expression,
  name: 'dot' | 'base',
): source is Extract<Expression, readonly ['dot' | 'base', ...unknown[]]> {
  return Array.isArray(source) && source[0] === name
}
