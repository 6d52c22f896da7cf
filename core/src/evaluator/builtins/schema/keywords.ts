import { isJsonArray, isJsonNumber, isJsonObject } from '../../../json/equal.ts'
import type { Json, JsonObject } from '../../../json/json.ts'
import { integerOf } from '../arithmetic/integer.ts'
import { BuiltinError, parseInt64 } from '../operand.ts'

/** A member of a schema, `undefined` when absent. Errors are in gojsonschema's words (locales.go). */
export function keyword(schema: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(schema, name) ? schema[name] : undefined
}

export function invalidType(expected: string, given: string): BuiltinError {
  return new BuiltinError(`Invalid type. Expected: ${expected}, given: ${given}`)
}

export function textKeyword(schema: JsonObject, name: string): string | undefined {
  const value = keyword(schema, name)
  if (value !== undefined && typeof value !== 'string') throw invalidType('string', name)
  return value
}

export function listKeyword(schema: JsonObject, name: string): readonly Json[] | undefined {
  const value = keyword(schema, name)
  if (value !== undefined && !isJsonArray(value))
    throw new BuiltinError(`${name} must be of an array`)
  return value
}

/** A count of something, which is not negative. */
export function countKeyword(schema: JsonObject, name: string): number | undefined {
  const value = keyword(schema, name)
  if (value === undefined) return undefined
  const count =
    isJsonNumber(value) && integerOf(value) !== undefined ? plainInteger(value) : undefined
  if (count === undefined) throw new BuiltinError(`${name} must be of an integer`)
  if (count < 0) throw new BuiltinError(`${name} must be greater than or equal to 0`)
  return count
}

/** `1.0` and `1e2` are integers, but not written as such. */
function plainInteger(value: unknown): number | undefined {
  const text = String(value)
  const integer = /^-?\d+$/.test(text) ? parseInt64(text) : undefined
  return integer === undefined ? undefined : Number(integer)
}

export function isSchemaLike(value: Json): boolean {
  return typeof value === 'boolean' || isJsonObject(value)
}

/** None of two, or the first not beyond the second. */
export function expectOrder(
  [least, most]: readonly [number | undefined, number | undefined],
  names: readonly [string, string],
): void {
  if (least !== undefined && most !== undefined && least > most)
    throw new BuiltinError(`${names[0]} cannot be greater than ${names[1]}`)
}
