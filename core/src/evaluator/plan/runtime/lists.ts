import type { RegoValue } from '../../value.ts'
import type { Read } from './builder.ts'

/** The closure that reads all values in order; undefined when one of them is. */
export function listReader(reads: readonly Read[]): () => RegoValue[] | undefined {
  return () => {
    const values: RegoValue[] = []
    for (let at = 0; at < reads.length; at++) {
      const value = (reads[at] as Read)()
      if (value === undefined) return undefined
      values.push(value)
    }
    return values
  }
}
