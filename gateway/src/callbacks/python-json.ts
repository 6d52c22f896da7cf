import { Decimal } from '@vedette/core/json/decimal'
import type { Json } from '@vedette/core/json/json'

/**
 * The text of Python's `json.dumps(value)`, which OPAL hashes: `", "` and `": "` between, members in received order,
 * non-ASCII as `\uXXXX`, floats as Python's repr.
 */
export function pythonJson(value: Json): string {
  if (typeof value === 'string') return asciiString(value)
  if (typeof value === 'number') return pythonNumber(String(value))
  if (value instanceof Decimal) return pythonNumber(value.text)
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`
  if (value === null || typeof value !== 'object') return String(value)
  const members = Object.entries(value).map(
    ([name, member]) => `${asciiString(name)}: ${pythonJson(member)}`,
  )
  return `{${members.join(', ')}}`
}

function asciiString(text: string): string {
  return JSON.stringify(text).replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${hexOf(unit)}`)
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
