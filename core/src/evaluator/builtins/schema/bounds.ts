import { isJsonNumber } from '../../../json/equal.ts'
import type { JsonObject } from '../../../json/json.ts'
import { compareNumbers, type JsonNumber } from '../../../json/number.ts'
import { BuiltinError } from '../operand.ts'
import { invalidType, keyword } from './keywords.ts'
import type { Schema } from './schema.ts'

/** Keywords of numbers. */
export function readBounds(node: JsonObject, schema: Schema): void {
  const multiple = keyword(node, 'multipleOf')
  if (multiple !== undefined) schema.multipleOf = readMultiple(multiple)
  for (const side of ['minimum', 'maximum'] as const) {
    const bound = keyword(node, side)
    if (bound !== undefined && !isJsonNumber(bound))
      throw new BuiltinError(`${side} must be of a Number`)
    if (bound !== undefined) schema[side] = bound
    readExclusive(node, schema, side)
  }
}

function readMultiple(value: unknown): JsonNumber {
  if (!isJsonNumber(value)) throw invalidType('Number', 'multipleOf')
  if (compareNumbers(value, 0) <= 0)
    throw new BuiltinError('multipleOf must be strictly greater than 0')
  return value
}

const exclusives = { minimum: 'exclusiveMinimum', maximum: 'exclusiveMaximum' } as const

/** In draft 4 whether the bound itself is out, later a bound of its own. */
function readExclusive(node: JsonObject, schema: Schema, side: 'minimum' | 'maximum'): void {
  const name = exclusives[side]
  const value = keyword(node, name)
  if (value === undefined) return
  const { draft } = schema
  if (draft !== 4 && isJsonNumber(value)) {
    schema[name] = value
    return
  }
  if ((draft !== 4 && draft !== 'hybrid') || typeof value !== 'boolean')
    throw invalidType(
      { 4: 'boolean', 6: 'number', 7: 'number', hybrid: 'boolean/number' }[draft],
      name,
    )
  const bound = schema[side]
  if (bound === undefined) throw new BuiltinError(`${name} cannot be used without ${side}`)
  if (!value) return
  schema[name] = bound
  schema[side] = undefined
}
