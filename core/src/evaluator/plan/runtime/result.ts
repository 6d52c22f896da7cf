import { Decimal } from '../../../json/decimal.ts'
import type { Json } from '../../../json/json.ts'
import { setMember } from '../../../json/member.ts'
import { expectLiteral, keyText } from '../../value-json.ts'
import { entriesOf, RegoObject, RegoSet, type RegoRecord, type RegoValue } from '../../value.ts'
import { outOfLimits } from './run.ts'

/** Of what a value takes, roughly, in bytes: a text takes one a character besides. */
const [valueBytes, collectionBytes] = [8, 32]

/** The value as JSON that shares nothing with data or input. Throws `ERR_LIMIT` beyond `maxSize` bytes. */
export function resultOf(value: RegoValue, maxSize: number): Json {
  return typeof value === 'boolean' ? value : copyOf(value, maxSize)
}

function copyOf(value: RegoValue, maxSize: number): Json {
  let left = maxSize

  function convert(item: RegoValue): Json {
    left -= valueBytes
    if (typeof item === 'string') left -= item.length
    if (typeof item === 'object') left -= collectionBytes
    if (left < 0) throw outOfLimits(`has a result larger than ${maxSize} bytes`)
    if (typeof item !== 'object' || item === null) return item
    if (item instanceof Decimal) return expectLiteral(item)
    if (Array.isArray(item)) return (item as readonly RegoValue[]).map(convert)
    if (item instanceof RegoSet) return item.items.map(convert)
    return item instanceof RegoObject ? convertObject(item) : convertRecord(item as RegoRecord)
  }

  function convertRecord(record: RegoRecord): Json {
    const members: Record<string, Json> = {}
    for (const key of Object.keys(record)) {
      left -= key.length
      setMember(members, key, convert(record[key] as RegoValue))
    }
    return members
  }

  /** Of keys that become the same text the last in order wins. */
  function convertObject(object: RegoObject): Json {
    const members: Record<string, Json> = {}
    for (const [key, member] of entriesOf(object)) setMember(members, keyText(key), convert(member))
    return members
  }

  return convert(value)
}
