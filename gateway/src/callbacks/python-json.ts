import { backslash, colon, comma, quote, space } from '@vedette/core/json/characters'
import { Decimal } from '@vedette/core/json/decimal'
import type { Json, JsonObject } from '@vedette/core/json/json'
import { isPlainValue } from '@vedette/core/json/stringify'

import { namesOf } from './as-received.ts'

/**
 * The text of Python's `json.dumps(value)`, which OPAL hashes: `", "` and `": "` between, members in received order,
 * non-ASCII as `\uXXXX`, floats as Python's repr.
 */
export function pythonJson(value: Json): string {
  return spacedJson(value) ?? write(value)
}

/**
 * What may be a number that Python spells otherwise, or a name that it keeps elsewhere; in a string it does no harm, but
 * to the time it takes.
 */
const strangeToPython = /\de[-+]\d|0\.0000|"\d+":/

/** The quick way, for all but strange numbers and names: what JavaScript writes, with spaces. */
function spacedJson(value: Json): string | undefined {
  if (!isPlainValue(value)) return undefined
  const text = JSON.stringify(value)
  return strangeToPython.test(text) ? undefined : spaced(ascii(text))
}

/** Compact ASCII JSON with a space behind each comma and colon that is not in a string. */
function spaced(text: string): string {
  const written = Buffer.allocUnsafe(text.length * 2)
  let end = 0
  let isString = false
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index)
    written[end++] = character
    if (character === quote) isString = !isString
    else if (isString && character === backslash) written[end++] = text.charCodeAt(++index)
    else if (!isString && (character === comma || character === colon)) written[end++] = space
  }
  return written.toString('latin1', 0, end)
}

function write(value: Json): string {
  if (typeof value === 'string') return ascii(JSON.stringify(value))
  if (typeof value === 'number') return pythonNumber(String(value))
  if (value instanceof Decimal) return pythonNumber(value.text)
  if (Array.isArray(value)) return `[${value.map(write).join(', ')}]`
  if (value === null || typeof value !== 'object') return String(value)
  const object = value as JsonObject
  const members = namesOf(object).map(
    (name) => `${ascii(JSON.stringify(name))}: ${write(object[name] ?? null)}`,
  )
  return `{${members.join(', ')}}`
}

function ascii(json: string): string {
  return json.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${hexOf(unit)}`)
}

function hexOf(unit: string): string {
  return unit.charCodeAt(0).toString(16).padStart(4, '0')
}

/** Python reads what looks like an integer as one, of any size, and everything else as a double. */
function pythonNumber(text: string): string {
  return /^-?\d+$/.test(text) ? text.replace(/^-0$/, '0') : pythonFloat(Number(text))
}

/** repr(float): the shortest digits, in positional form from 1e-4 up to 1e16. */
function pythonFloat(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity'
  if (Object.is(value, -0)) return '-0.0'
  const [digits = '', exponentText = '0'] = value.toExponential().split('e')
  const exponent = Number(exponentText)
  if (value !== 0 && (exponent < -4 || exponent >= 16)) {
    const sign = exponent < 0 ? '-' : '+'
    return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  const positional =
    exponent < 0 ? value.toFixed(digits.replace(/\D/g, '').length - 1 - exponent) : String(value)
  return positional.includes('.') ? positional : `${positional}.0`
}
