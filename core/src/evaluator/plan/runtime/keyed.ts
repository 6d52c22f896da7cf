import type { RegoValue } from '../../value.ts'
import { getAt, getNamed, getStored } from './access.ts'
import type { Builder, Read } from './builder.ts'
import { reader } from './expressions.ts'
import type { Member } from './nodes.ts'
import { storedGetter } from './stored.ts'

/** The closure that reads a member by a key which is only known now. */
export function keyedReader(member: Member, builder: Builder): Read {
  const [, source, key] = member
  const get = getterOf(member, builder)
  const [read, readKey] = [reader(source, builder), reader(key, builder)]
  return () => {
    const value = read()
    return value === undefined ? undefined : keyed(value, readKey(), get)
  }
}

/** How a value is read that is no object, or by a key that is no text. */
export type Get = (source: RegoValue, key: RegoValue) => RegoValue | undefined

export function getterOf(member: Member, builder: Builder): Get {
  return member[0] === 'dot' ? getAt : storedGetter(member, builder)
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

/** The same, of data as it is and what is likely to be there. */
export function keyedStored(
  source: RegoValue | undefined,
  key: RegoValue | undefined,
  get: Get,
): RegoValue | undefined {
  const isNamed = typeof key === 'string' && !Array.isArray(source)
  if (isNamed && typeof source === 'object' && source !== null) return getStored(source, key)
  return keyed(source, key, get)
}
