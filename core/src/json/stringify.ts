import { Decimal } from './decimal.ts'
import { JsonError, maxDepth, type Json } from './json.ts'

/**
 * Compact JSON with every digit. Throws `JsonError` naming the place of what JSON cannot hold:
 * `undefined`, functions, symbols, `NaN`, infinities, class instances, cycles.
 */
export function stringifyJson(value: Json): string {
  return isPlain(value, []) ? JSON.stringify(value) : write(value)
}

/** Checks the whole value, and tells whether `JSON.stringify` would keep its digits. */
function isPlain(value: unknown, path: string[]): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      if (!Number.isFinite(value)) throw refusal(String(value), path)
      return true
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
