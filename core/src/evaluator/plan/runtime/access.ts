import { Decimal } from '../../../json/decimal.ts'
import { isJsonNumber } from '../../../json/equal.ts'
import { parseInt64 } from '../../builtins/operand.ts'
import { RegoObject, RegoSet, type RegoRecord, type RegoValue } from '../../value.ts'

/** `source[key]` of Rego: a member, an item by its number, or the member of a set that equals the key. */
export function getAt(source: RegoValue | undefined, key: RegoValue): RegoValue | undefined {
  if (typeof source !== 'object' || source === null) return undefined
  if (Array.isArray(source)) return itemAt(source, key)
  if (source instanceof RegoSet || source instanceof RegoObject) return source.get(key)
  if (typeof key !== 'string' || source instanceof Decimal) return undefined
  return Object.hasOwn(source, key) ? (source as RegoRecord)[key] : undefined
}

/** The same in the data document as OPA stores it: a number names a member, and a text the item of that number. */
export function getBaseAt(source: RegoValue | undefined, key: RegoValue): RegoValue | undefined {
  if (typeof key === 'string')
    return Array.isArray(source) ? itemOf(source, key) : getAt(source, key)
  if (!isJsonNumber(key)) return undefined
  return getAt(source, Array.isArray(source) ? key : String(key))
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

/** The read of one text key: by plain property access where no prototype has such a property. */
export function memberReader(
  key: string,
): (source: RegoValue | undefined) => RegoValue | undefined {
  if (isInherited(key)) return (source) => getAt(source, key)
  return (source) => {
    if (source === undefined || source === null) return undefined
    const value = (source as RegoRecord)[key]
    if (value !== undefined) return value
    return source instanceof RegoObject || source instanceof RegoSet ? source.get(key) : undefined
  }
}

/** A key that is no item's number finds the same in data as anywhere. */
export function isItemNumber(key: string): boolean {
  return parseInt64(key) !== undefined
}

const prototypes = [
  String,
  Number,
  Boolean,
  BigInt,
  Array,
  Object,
  Decimal,
  RegoSet,
  RegoObject,
].map(({ prototype }): object => prototype)

/** Also what an instance itself has that is no member: numbers are the items of arrays and texts. */
function isInherited(key: string): boolean {
  return (
    key === 'text' || key === 'length' || /^\d/.test(key) || prototypes.some((one) => key in one)
  )
}
