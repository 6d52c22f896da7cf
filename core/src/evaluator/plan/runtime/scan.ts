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
import { step } from './run.ts'

type Scan = Extract<Statement, readonly ['scan', ...unknown[]]>

/** The closure that runs a body for each item of a collection: those of sets and objects in OPA's order. */
export function scanner([, source, key, value]: Scan, body: Step, builder: Builder): Step {
  const { run, frame } = builder
  const read = reader(source, builder)
  const nothing = isPlain(source) ? 0 : 1

  function visit(itemKey: RegoValue, item: RegoValue | undefined): number {
    step(run)
    frame[key] = itemKey
    frame[value] = item
    return body()
  }

  function overArray(array: readonly RegoValue[]): number {
    for (let at = 0; at < array.length; at++) {
      const code = visit(at, array[at])
      if (code > 1) return code - 2
    }
    return 0
  }

  function overSet(items: readonly RegoValue[]): number {
    for (const item of items) {
      const code = visit(item, item)
      if (code > 1) return code - 2
    }
    return 0
  }

  function overRecord(record: RegoRecord): number {
    for (const name of sortValues(Object.keys(record)) as string[]) {
      const code = visit(name, record[name])
      if (code > 1) return code - 2
    }
    return 0
  }

  function overObject(object: RegoObject): number {
    for (const [name, item] of object.entries) {
      const code = visit(name, item)
      if (code > 1) return code - 2
    }
    return 0
  }

  return () => {
    const collection = read()
    if (collection === undefined) return nothing
    if (isArrayValue(collection)) return overArray(collection)
    if (collection instanceof RegoSet) return overSet(collection.items)
    if (collection instanceof RegoObject) return overObject(collection)
    return isObjectValue(collection) ? overRecord(collection) : 0
  }
}

/** An undefined local is scanned as an empty collection; what else is undefined fails. */
function isPlain(source: Scan[1]): boolean {
  return Array.isArray(source) && ['input', 'data', 'local'].includes(source[0] as string)
}
