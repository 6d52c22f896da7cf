import { spend } from '../../effort.ts'
import {
  compareStrings,
  compareValues,
  isArrayValue,
  isEqual,
  RegoSet,
  type RegoValue,
} from '../../value.ts'
import type { Read } from './builder.ts'
import type { Call } from './builtins.ts'

/** Answers as the builtin does, for the operands most calls have; all others go to the builtin itself. */
type Shortcut = (left: Read, right: Read, call: Call) => Read

/**
 * Builtins that a policy calls so often that calling them costs more than what they do. What comes behind an undefined
 * operand is not read.
 */
export const shortcuts: ReadonlyMap<string, Shortcut> = new Map([
  ['count', counter],
  ['endswith', textTest((text, part) => text.endsWith(part))],
  ['contains', textTest((text, part) => text.includes(part))],
  ['equal', test(isEqual)],
  ['gt', comparison((order) => order > 0)],
  ['gte', comparison((order) => order >= 0)],
  ['internal.member_2', member],
  ['lt', comparison((order) => order < 0)],
  ['lte', comparison((order) => order <= 0)],
  ['minus', sum((left, right) => left - right)],
  ['neq', test((left, right) => !isEqual(left, right))],
  ['plus', sum((left, right) => left + right)],
  ['startswith', textTest((text, part) => text.startsWith(part))],
])

function counter(read: Read, _: Read, call: Call): Read {
  return () => {
    const value = read()
    if (value instanceof RegoSet) return value.size
    if (isArrayValue(value)) return value.length
    return value === undefined ? undefined : call([value])
  }
}

function member(readValue: Read, readCollection: Read, call: Call): Read {
  return () => {
    const value = readValue()
    if (value === undefined) return undefined
    const collection = readCollection()
    if (collection instanceof RegoSet) return collection.has(value)
    if (isArrayValue(collection))
      return typeof value === 'string' ? collection.includes(value) : isItem(collection, value)
    return collection === undefined ? undefined : call([value, collection])
  }
}

function isItem(items: readonly RegoValue[], value: RegoValue): boolean {
  spend(items.length >> 2)
  for (let at = 0; at < items.length; at++) if (isEqual(items[at] as RegoValue, value)) return true
  return false
}

function test(holds: (left: RegoValue, right: RegoValue) => boolean): Shortcut {
  return (readLeft, readRight) => () => {
    const left = readLeft()
    if (left === undefined) return undefined
    const right = readRight()
    return right === undefined ? undefined : holds(left, right)
  }
}

function comparison(holds: (order: number) => boolean): Shortcut {
  return test((left, right) => holds(order(left, right)))
}

function order(left: RegoValue, right: RegoValue): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  if (typeof left === 'string' && typeof right === 'string') return compareStrings(left, right)
  return compareValues(left, right)
}

function textTest(holds: (text: string, part: string) => boolean): Shortcut {
  return (readText, readPart, call) => () => {
    const text = readText()
    if (text === undefined) return undefined
    const part = readPart()
    if (typeof text === 'string' && typeof part === 'string') return holds(text, part)
    return part === undefined ? undefined : call([text, part])
  }
}

/** Of integers, as long as the result is exact. */
function sum(combine: (left: number, right: number) => number): Shortcut {
  return (readLeft, readRight, call) => () => {
    const left = readLeft()
    if (left === undefined) return undefined
    const right = readRight()
    if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) {
      const result = combine(left as number, right as number)
      if (Number.isSafeInteger(result)) return result
    }
    return right === undefined ? undefined : call([left, right])
  }
}
