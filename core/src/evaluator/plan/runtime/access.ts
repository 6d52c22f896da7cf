import { Decimal } from '../../../json/decimal.ts'
import { isJsonNumber } from '../../../json/equal.ts'
import { parseInt64 } from '../../builtins/operand.ts'
import { RegoObject, RegoSet, type RegoRecord, type RegoValue } from '../../value.ts'

/** `source[key]` of Rego: a member, an item by its number, or the key where a set has it. */
export function getAt(source: RegoValue | undefined, key: RegoValue): RegoValue | undefined {
  if (typeof source !== 'object' || source === null) return undefined
  if (Array.isArray(source)) return itemAt(source, key)
  return typeof key === 'string' ? getNamed(source, key) : getComputed(source as RegoValue, key)
}

/**
 * Of what is no array. V8 finds any member, but remembers a name that an object lacks for each shape it has seen: where
 * there are many, asking first is quicker.
 */
export function getNamed(source: object, key: string): RegoValue | undefined {
  return Object.hasOwn(source, key) ? ownOf(source, key) : getComputed(source as RegoValue, key)
}

/** The same in the data document, where all is JSON. */
export function getJson(source: object, key: string): RegoValue | undefined {
  return Object.hasOwn(source, key) ? ownOf(source, key) : undefined
}

function ownOf(source: object, key: string): RegoValue | undefined {
  return key === 'text' && source instanceof Decimal ? undefined : (source as RegoRecord)[key]
}

/** The same in the data document, of what is more likely there than not: V8 finds it sooner. */
export function getStored(source: object, key: string): RegoValue | undefined {
  const value = (source as RegoRecord)[key]
  const isMember = typeof value !== 'function' && key !== '__proto__' && key !== 'text'
  return isMember ? value : getNamed(source, key)
}

/** The same in the data document as OPA stores it: a number names a member, and a text the item of that number. */
export function getBaseAt(source: RegoValue | undefined, key: RegoValue): RegoValue | undefined {
  if (typeof key === 'string')
    return Array.isArray(source) ? itemOf(source, key) : getAt(source, key)
  if (!isJsonNumber(key)) return undefined
  return getAt(source, Array.isArray(source) ? key : String(key))
}

/** As `getAt`, for a source that has no such property. */
export function getComputed(source: RegoValue, key: RegoValue): RegoValue | undefined {
  return source instanceof RegoObject || source instanceof RegoSet ? source.get(key) : undefined
}

/** Whether plain property access may find what is no member. */
export function isInherited(key: string): boolean {
  return inherited.has(key)
}

/** Whether a key is also the number of an item, or of a character of a text. */
export function isItemNumber(key: string): boolean {
  return parseInt64(key) !== undefined
}

/** No other number than an index is a property of an array. */
function itemAt(array: readonly RegoValue[], key: RegoValue): RegoValue | undefined {
  if (typeof key === 'number') return array[key]
  return key instanceof Decimal ? itemOf(array, key.text) : undefined
}

function itemOf(array: readonly RegoValue[], text: string): RegoValue | undefined {
  const index = parseInt64(text)
  return index === undefined ? undefined : array[Number(index)]
}

const prototypes = [String, Number, Boolean, BigInt, Array, Object, Decimal, RegoSet, RegoObject]

/** The names of all that values have besides their members. */
const inherited: ReadonlySet<string> = new Set([
  'text',
  ...prototypes.flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype)),
])
