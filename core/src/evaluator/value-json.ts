import { Decimal } from '../json/decimal.ts'
import { isJsonArray, isJsonNumber } from '../json/equal.ts'
import { JsonError, type Json } from '../json/json.ts'
import { setMember } from '../json/member.ts'
import { spend } from './effort.ts'
import { compareStrings, entriesOf, isArrayValue, RegoSet, type RegoValue } from './value.ts'

/** A copy takes longer than a comparison, and memory. */
const copyCost = 50

/**
 * JSON as OPA writes it: sets become arrays, keys that are no strings become their JSON text. Throws `JsonError` for a
 * number in a spelling that only `to_number` takes (`007`).
 */
export function toJson(value: RegoValue): Json {
  if (value instanceof Decimal) return expectLiteral(value)
  if (typeof value !== 'object' || value === null || isJsonNumber(value)) return value
  spend(copyCost)
  if (isArrayValue(value)) return value.map(toJson)
  if (value instanceof RegoSet) return value.items.map(toJson)
  const members: Record<string, Json> = {}
  for (const [key, member] of entriesOf(value)) setMember(members, keyText(key), toJson(member))
  return members
}

/** Throws `JsonError` where the number is written as JSON does not allow. */
export function expectLiteral(number: Decimal): Decimal {
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(number.text)) return number
  throw new JsonError(`JSON cannot hold the number ${number.text}`)
}

/** What a key becomes: Go's encoder, which OPA uses for that, sorts members and escapes what HTML minds. */
export function keyText(key: RegoValue): string {
  return typeof key === 'string' ? key : goText(toJson(key))
}

/** JSON as Go writes it: members sorted by their name, and escaped what HTML minds. */
export function goText(value: Json): string {
  if (typeof value === 'string') return goQuote(value)
  if (typeof value !== 'object' || value === null || isJsonNumber(value)) return String(value)
  if (isJsonArray(value)) return `[${value.map(goText).join(',')}]`
  const names = Object.keys(value).sort(compareStrings)
  return `{${names.map((name) => `${goQuote(name)}:${goText(value[name] ?? null)}`).join(',')}}`
}

function goQuote(text: string): string {
  spend(text.length)
  const quoted = JSON.stringify(text)
  return /[<>&\u2028\u2029]/.test(quoted) ? quoted.replace(/[<>&\u2028\u2029]/g, escape) : quoted
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
