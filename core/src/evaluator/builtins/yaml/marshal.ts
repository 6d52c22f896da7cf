import { isJsonArray, isJsonNumber, isJsonObject } from '../../../json/equal.ts'
import type { Json, JsonObject } from '../../../json/json.ts'
import type { JsonNumber } from '../../../json/number.ts'
import { toJson } from '../../value-json.ts'
import type { RegoValue } from '../../value.ts'
import { BuiltinError } from '../operand.ts'
import { formatFloat } from '../strings/go-float.ts'
import { sortKeys } from './key-order.ts'
import { resolvePlain } from './resolve.ts'
import { textLines } from './scalar.ts'

/** As OPA writes YAML: through JSON, which go-yaml reads, and writes with two spaces for each level. */
export function yamlMarshal([value = null]: readonly RegoValue[]): string {
  return linesOf(toJson(value))
    .map((line) => `${line}\n`)
    .join('')
}

function linesOf(value: Json): readonly string[] {
  if (isJsonArray(value)) return value.length === 0 ? ['[]'] : value.flatMap(itemLines)
  if (isJsonObject(value)) return objectLines(value)
  if (typeof value === 'string') return textLines(checkText(value))
  return isJsonNumber(value) ? numberLines(value) : [String(value)]
}

function itemLines(item: Json): readonly string[] {
  const [first, ...rest] = linesOf(item)
  return [`- ${first}`, ...(isCollection(item) ? rest.map(indented) : rest)]
}

function objectLines(object: JsonObject): readonly string[] {
  const keys = sortKeys(Object.keys(object))
  return keys.length === 0 ? ['{}'] : keys.flatMap((key) => memberLines(key, object[key] ?? null))
}

function memberLines(key: string, value: Json): readonly string[] {
  const lines = linesOf(value)
  if (isCollection(value)) return [`${keyLine(key)}:`, ...lines.map(indented)]
  return [`${keyLine(key)}: ${lines[0]}`, ...lines.slice(1)]
}

const mostKeyBytes = 128
const encoder = new TextEncoder()

function keyLine(key: string): string {
  const [line = ''] = /[\n\r]/.test(key) ? [] : textLines(checkText(key))
  if (line === '' || encoder.encode(key).length > mostKeyBytes)
    throw new RangeError(
      'yaml.marshal: keys of several lines or more than 128 bytes are not written here',
    )
  return line
}

/** Whether a value is written in lines of its own. */
function isCollection(value: Json): boolean {
  return isJsonArray(value)
    ? value.length > 0
    : isJsonObject(value) && Object.keys(value).length > 0
}

function indented(line: string): string {
  return line === '' ? '' : `  ${line}`
}

/** go-yaml reads no control characters, and takes U+0085 for a line break. */
function checkText(text: string): string {
  if (text.includes('\u0085')) throw new RangeError('yaml.marshal: U+0085 is not written here')
  if (/[\x7f-\x9f\ufeff\ufffe\uffff]/.test(text))
    throw new BuiltinError('control characters are not allowed')
  return text
}

/** A number too large for a double is a text to go-yaml. */
function numberLines(number: JsonNumber): readonly string[] {
  const resolved = resolvePlain(String(number))
  if (resolved.kind === 'integer') return [String(resolved.value)]
  if (resolved.kind !== 'float') return textLines(String(number))
  return [
    (resolved.value < 0 || Object.is(resolved.value, -0) ? '-' : '') +
      formatFloat(resolved.value, 'g', -1),
  ]
}
