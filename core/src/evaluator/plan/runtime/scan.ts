import {
  isArrayValue,
  isObjectValue,
  RegoObject,
  RegoSet,
  sortValues,
  type RegoRecord,
  type RegoValue,
} from '../../value.ts'
import type { Statement } from '../program.ts'
import type { Builder, Step } from './builder.ts'
import { reader } from './expressions.ts'
import { slotOf } from './nodes.ts'
import { step } from './run.ts'
import { seeker } from './seek.ts'

type Scan = Extract<Statement, readonly ['scan', ...unknown[]]>

/**
 * The closure that runs a body for each item of a collection: those of sets and objects in OPA's order if it shows. The
 * body comes in two, as most items get no further than its `first` statement.
 */
export function scanner(scan: Scan, [first, rest]: readonly [Step, Step], builder: Builder): Step {
  const [, source, key, value, body, order] = scan
  const { run, frame } = builder
  const read = reader(source, builder)
  const slot = slotOf(source)
  const seek = seeker(body[0], value, builder)
  const nothing = isPlain(source) ? 0 : 1

  function overArray(array: readonly RegoValue[]): number {
    for (let at = 0; at < array.length; at++) {
      if (seek && (at = seek(array, at)) === array.length) return 0
      step(run)
      frame[key] = at
      frame[value] = array[at]
      const code = first() || rest()
      if (code > 1) return code - 2
    }
    return 0
  }

  function overKeys(keys: readonly string[], record: RegoRecord): number {
    for (let at = 0; at < keys.length; at++) {
      step(run)
      const name = keys[at] as string
      frame[key] = name
      frame[value] = record[name]
      const code = first() || rest()
      if (code > 1) return code - 2
    }
    return 0
  }

  function overItems(items: readonly RegoValue[]): number {
    for (let at = 0; at < items.length; at++) {
      if (seek && (at = seek(items, at)) === items.length) return 0
      step(run)
      frame[key] = frame[value] = items[at]
      const code = first() || rest()
      if (code > 1) return code - 2
    }
    return 0
  }

  function overEntries(object: RegoObject): number {
    for (const [name, item] of object.entries) {
      step(run)
      frame[key] = name
      frame[value] = item
      const code = first() || rest()
      if (code > 1) return code - 2
    }
    return 0
  }

  return () => {
    const collection = slot === undefined ? read() : frame[slot]
    if (collection === undefined) return nothing
    if (isArrayValue(collection)) return overArray(collection)
    if (collection instanceof RegoSet) return overItems(collection.items)
    if (collection instanceof RegoObject) return overEntries(collection)
    if (!isObjectValue(collection)) return 0
    const keys = Object.keys(collection)
    return overKeys(order === 'sorted' ? (sortValues(keys) as string[]) : keys, collection)
  }
}

/** An undefined local is gone through as an empty collection; what else is undefined fails. */
function isPlain(source: Scan[1]): boolean {
  return Array.isArray(source) && ['input', 'data', 'local'].includes(source[0] as string)
}
