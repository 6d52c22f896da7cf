import { Decimal } from './decimal.ts'
import { JsonError, maxDepth, type Json } from './json.ts'

/**
 * Compact JSON with every digit. Throws `JsonError` naming the place of what JSON cannot hold:
 * `undefined`, functions, symbols, `NaN`, infinities, class instances, cycles.
 */
export function stringifyJson(value: Json): string {
  return isPlainValue(value) ? JSON.stringify(value) : write(value)
}

/** Whether the value is, as it stands, what its JSON is read as. Throws as `stringifyJson` does. */
export function isPlainValue(value: Json): boolean {
  return isPlainAtSight(value, 0) || isPlain(value, [])
}

/** The quick way to a yes, which is nearly always the answer; what it says no to is looked at closely. */
function isPlainAtSight(value: unknown, depth: number): boolean {
  if (typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value) && isOwnLiteral(value)
  if (typeof value !== 'object' || depth === maxDepth) return false
  if (value === null) return true
  if (Array.isArray(value)) {
    for (const item of value) if (!isPlainAtSight(item, depth + 1)) return false
    return true
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return false
  for (const key in value) {
    if (!isPlainAtSight((value as Record<string, unknown>)[key], depth + 1)) return false
  }
  return true
}

function isPlain(value: unknown, path: string[]): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      if (!Number.isFinite(value)) throw refusal(String(value), path)
      return isOwnLiteral(value)
    case 'bigint':
      return false
    case 'object':
      return value === null || arePlain(value, path)
    case 'undefined':
    case 'function':
    case 'symbol':
      throw refusal(typeof value, path)
  }
}

/** Not -0, which is written `0`, nor an integer that is read as `bigint`; from 1e21 on there is an exponent. */
function isOwnLiteral(value: number): boolean {
  if (value === 0) return !Object.is(value, -0)
  return !Number.isInteger(value) || Number.isSafeInteger(value) || Math.abs(value) >= 1e21
}

function arePlain(value: object, path: string[]): boolean {
  if (value instanceof Decimal) return false
  if (path.length === maxDepth) throw refusal(`more than ${maxDepth} levels, or a cycle`, path)
  if (!Array.isArray(value) && !isRecord(value)) throw refusal(value.constructor.name, path)
  let plain = true
  for (const [key, member] of membersOf(value)) {
    path.push(String(key))
    plain = isPlain(member, path) && plain
    path.pop()
  }
  return plain
}

/** `entries()` shows the holes of an array, which `Object.entries` passes over. */
function membersOf(value: object): Iterable<readonly [string | number, unknown]> {
  return Array.isArray(value) ? value.entries() : Object.entries(value)
}

function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function refusal(what: string, path: readonly string[]): JsonError {
  const place = path.slice(0, 8).join('/') + (path.length > 8 ? '/…' : '')
  return new JsonError(`JSON cannot hold ${what} at /${place}`)
}

function write(value: Json): string {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (value instanceof Decimal) return value.text
  if (isArray(value)) return `[${value.map(write).join(',')}]`
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}:${write(member)}`,
  )
  return `{${members.join(',')}}`
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
