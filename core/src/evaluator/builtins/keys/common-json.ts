import { isJsonObject } from '../../../json/equal.ts'
import type { Json } from '../../../json/json.ts'
import { readJson } from '../encodings/json-read.ts'
import { BuiltinError } from '../operand.ts'

/** JSON, or a `BuiltinError`. What jwx reads otherwise than others read JSON is refused, with a `RangeError`. */
export function expectKeyJson(text: string): Json {
  const value = readJson(text)
  if (value !== undefined) return onlyCommon(text, value)
  if (readJson(text.slice(0, endOfFirst(text))) !== undefined)
    throw new RangeError('text behind a JSON value is refused')
  throw new BuiltinError('not JSON')
}

/** As `expectKeyJson`, for headers: jwx lets another library read them. */
export function expectHeaderJson(text: string): Json {
  const value = readJson(text)
  if (value !== undefined) return onlyCommon(text, value)
  if (isJsonObject(readJson(text.replaceAll(leniently, readable))))
    throw new RangeError('texts and numbers that only some readers of JSON take are refused')
  throw new BuiltinError('not JSON')
}

function onlyCommon(text: string, value: Json): Json {
  if (countNames(text) !== countMembers(value)) throw new RangeError('repeated names are refused')
  if (hasHugeNumber(text)) throw new RangeError('numbers beyond a double are refused')
  return value
}

const mostLevels = 300
const quoted = /"(?:[^"\\]|\\[^])*"/g
const leniently =
  /"(?:[^"\\]|\\[^])*"|true|false|null|[-+.eE\d]*(?:[iI][nN][fF]|[nN][aA][nN])|[-+.eE\d]+/g

function readable(token: string): string {
  if (token.startsWith('"')) return '""'
  return /^(?:true|false|null)$/.test(token) ? token : '0'
}

function endOfFirst(text: string): number {
  let level = 0
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\[^])*"|[[\]{}]/g)) {
    if (token === '{' || token === '[') level++
    if (token === '}' || token === ']') level--
    if (level <= 0) return index + token.length
  }
  return text.length
}

function countNames(text: string): number {
  return text.replaceAll(quoted, '').split(':').length - 1
}

function countMembers(value: Json, level = 0): number {
  if (level > mostLevels) throw new RangeError('JSON this deep is refused')
  const isObject = isJsonObject(value)
  if (!isObject && !Array.isArray(value)) return 0
  const inner: readonly Json[] = Object.values(value)
  return inner.reduce<number>(
    (sum, each) => sum + countMembers(each, level + 1),
    isObject ? inner.length : 0,
  )
}

function hasHugeNumber(text: string): boolean {
  const numbers = text.replaceAll(quoted, '').match(/\d[\d.eE+-]*/g) ?? []
  return numbers.some((each) => !Number.isFinite(Number(each)))
}
