import { Decimal } from './decimal.ts'
import type { Json, JsonObject } from './json.ts'
import { compareNumbers, type JsonNumber } from './number.ts'

/** Whether two values are the same JSON: members in any order, numbers by their value (`1.0` is `1`). */
export function equalJson(left: Json, right: Json): boolean {
  if (left === right) return true
  if (isJsonNumber(left)) return isJsonNumber(right) && compareNumbers(left, right) === 0
  if (isJsonArray(left)) return isJsonArray(right) && equalArrays(left, right)
  return isJsonObject(left) && isJsonObject(right) && equalObjects(left, right)
}

export function isJsonNumber(value: unknown): value is JsonNumber {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Decimal
}

export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isJsonArray(value) && !isJsonNumber(value)
}

function equalArrays(left: readonly Json[], right: readonly Json[]): boolean {
  return (
    left.length === right.length && left.every((item, at) => equalJson(item, right[at] ?? null))
  )
}

function equalObjects(left: JsonObject, right: JsonObject): boolean {
  const keys = Object.keys(left)
  return (
    keys.length === Object.keys(right).length &&
    keys.every(
      (key) => Object.hasOwn(right, key) && equalJson(left[key] ?? null, right[key] ?? null),
    )
  )
}
