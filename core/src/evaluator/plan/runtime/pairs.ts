import type { RegoValue } from '../../value.ts'
import type { Builder, Read } from './builder.ts'
import { keyed, keyedStored, type Get } from './keyed.ts'

/** So many are remembered of one read; where there are more, looking them up is no quicker. */
const maxPairs = 4096

/**
 * The closure that reads below what stays, by a key in a slot and below that by another. What two texts found is
 * remembered until there is other data, if more can be read of it.
 */
export function pairReader(
  read: Read,
  [first, second]: readonly [number, number],
  {
    gets: [getOuter, getInner],
    builder: { run, frame },
  }: { readonly gets: readonly [Get, Get]; readonly builder: Builder },
): Read {
  const known = new Map<string, Map<string, RegoValue>>()
  let count = 0
  run.release.push(() => {
    known.clear()
    count = 0
  })

  function find(outer: string, inner: string): RegoValue | undefined {
    const value = keyedStored(keyedStored(read(), outer, getOuter), inner, getInner)
    const isPlace = typeof value === 'object' && value !== null
    if (!isPlace || count > maxPairs) return value
    const members = known.get(outer) ?? new Map<string, RegoValue>()
    known.set(outer, members.set(inner, value))
    if (++count > maxPairs) known.clear()
    return value
  }

  return () => {
    const outer = frame[first]
    const inner = frame[second]
    const isNamed = typeof outer === 'string' && typeof inner === 'string'
    if (isNamed && run.data === run.document)
      return known.get(outer)?.get(inner) ?? find(outer, inner)
    return keyed(keyed(read(), outer, getOuter), inner, getInner)
  }
}
