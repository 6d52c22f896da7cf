import { Decimal } from '../../../json/decimal.ts'
import { isJsonNumber } from '../../../json/equal.ts'
import { parseInt64 } from '../../builtins/operand.ts'
import { RegoObject, RegoSet, type RegoRecord, type RegoValue } from '../../value.ts'

/** `source[key]` of Rego: a member, an item by its number, or the member of a set that equals the key. */
export function getAt(source: RegoValue | undefined, key: RegoValue): RegoValue | undefined {
  if (typeof source !== 'object' || source === null) return undefined
  if (Array.isArray(source)) return itemAt(source, key)
  return typeof key === 'string' ? getNamed(source, key) : getWithCare(source, key)
}

/** Of what is no array. Plain property access finds members, and inherited things that no member is like. */
export function getNamed(source: object, key: string): RegoValue | undefined {
  const value = (source as RegoRecord)[key]
  if (value === undefined) return getComputed(source as RegoValue, key)
  return typeof value === 'function' || isAccessor(key) ? getWithCare(source, key) : value
}

/** The same in the data document as OPA stores it: a number names a member, and a text the item of that number. */
export function getBaseAt(source: RegoValue | undefined, key: RegoValue): RegoValue | undefined {
  if (typeof key === 'string')
    return Array.isArray(source) ? itemOf(source, key) : getAt(source, key)
  if (!isJsonNumber(key)) return undefined
  return getAt(source, Array.isArray(source) ? key : String(key))
}

/** As `getAt`, for a source of which plain property access found nothing; it does for all but inherited names. */
export function getComputed(source: RegoValue, key: string): RegoValue | undefined {
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

function getWithCare(source: object, key: RegoValue): RegoValue | undefined {
  if (source instanceof RegoSet || source instanceof RegoObject) return source.get(key)
  if (typeof key !== 'string' || source instanceof Decimal) return undefined
  return Object.hasOwn(source, key) ? (source as RegoRecord)[key] : undefined
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

/** Names of what values compute when it is asked for, or hold themselves; by length, which is the quickest to tell. */
function isAccessor(key: string): boolean {
  switch (key.length) {
    case 4:
      return key === 'size' || key === 'text'
    case 5:
      return key === 'items'
    case 7:
      return key === 'entries' || key === 'members'
    case 9:
      return key === '__proto__'
    default:
      return false
  }
}
