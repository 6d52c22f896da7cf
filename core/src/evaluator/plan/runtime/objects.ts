import { objectOf, type RegoValue } from '../../value.ts'
import type { Expression } from '../program.ts'
import type { Read } from './builder.ts'
import { listReader } from './lists.ts'
import { pairsOf } from './literal.ts'

/** The closure that makes an object of keys and values in turn. */
export function objectReader(parts: readonly Expression[], reads: readonly Read[]): Read {
  const keys = parts.filter((_, at) => at % 2 === 0)
  if (keys.every(isPlainKey) && new Set(keys).size === keys.length)
    return recordReader(
      keys,
      reads.filter((_, at) => at % 2 === 1),
    )
  const read = listReader(reads)
  return () => {
    const items = read()
    return items && objectOf(pairsOf(items))
  }
}

/** A copy of a record with the same keys has its shape already, which is faster than growing it. */
function recordReader(keys: readonly string[], reads: readonly Read[]): Read {
  const shape: Record<string, RegoValue> = {}
  for (const key of keys) shape[key] = null
  return () => {
    const record = { ...shape }
    for (let at = 0; at < keys.length; at++) {
      const value = (reads[at] as Read)()
      if (value === undefined) return undefined
      record[keys[at] as string] = value
    }
    return record
  }
}

/** Assigning to `__proto__` would set the prototype. */
function isPlainKey(key: Expression): key is string {
  return typeof key === 'string' && key !== '__proto__'
}
