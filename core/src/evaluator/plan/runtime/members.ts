import type { RegoRecord, RegoValue } from '../../value.ts'
import type { Expression } from '../program.ts'
import { getAt, getBaseAt, getComputed, isInherited, isItemNumber } from './access.ts'
import type { Builder, Read } from './builder.ts'
import { reader } from './expressions.ts'

/** The closure that reads a member. Written out for what most reads are: a constant key of input or of a slot. */
export function memberReader(source: Expression, key: Expression, builder: Builder): Read {
  if (typeof key === 'string' && !isInherited(key) && !isItemNumber(key))
    return namedReader(source, key, builder)
  const [read, readKey] = [reader(source, builder), reader(key, builder)]
  return () => {
    const value = read()
    if (value === undefined) return undefined
    const name = readKey()
    return name === undefined ? undefined : getAt(value, name)
  }
}

/** What `with` puts into the data document is read like any other value. */
export function baseReader(source: Expression, key: Expression, builder: Builder): Read {
  if (typeof key === 'string' && !isItemNumber(key)) return memberReader(source, key, builder)
  const { run } = builder
  const [read, readKey] = [reader(source, builder), reader(key, builder)]
  return () => {
    const value = read()
    const name = value === undefined ? undefined : readKey()
    if (name === undefined) return undefined
    return run.data === run.document ? getBaseAt(value, name) : getAt(value, name)
  }
}

function namedReader(source: Expression, key: string, builder: Builder): Read {
  const { run, frame } = builder
  if (isNamed(source, 'input')) return () => named(run.input, key)
  if (isNamed(source, 'local')) {
    const slot = source[1]
    return () => named(frame[slot], key)
  }
  const read = reader(source, builder)
  return () => named(read(), key)
}

/** Plain property access: the key is no inherited name. */
function named(source: RegoValue | undefined, key: string): RegoValue | undefined {
  if (source === undefined || source === null) return undefined
  const value = (source as RegoRecord)[key]
  return value === undefined ? getComputed(source, key) : value
}

function isNamed<Name extends 'input' | 'local'>(
  source: Expression,
  name: Name,
): source is Extract<Expression, readonly [Name, ...unknown[]]> {
  return Array.isArray(source) && source[0] === name
}
