import { isJsonArray, isJsonNumber, isJsonObject } from '../../../json/equal.ts'
import type { Json } from '../../../json/json.ts'
import { integerOf } from '../arithmetic/integer.ts'
import { Result } from './result.ts'
import type { Schema } from './schema.ts'
import { validateArray } from './validate-array.ts'
import { validateCombinations } from './validate-combinations.ts'
import { validateObject } from './validate-object.ts'
import { validateCommon, validateNumber, validateText } from './validate-values.ts'

/** A part of a document, where it is, and what is found out about it. */
export interface Part {
  readonly node: Json
  readonly path: string
  readonly result: Result
}

/** Holds a part against a schema (gojsonschema's validation.go). */
export function validate(schema: Schema, part: Part): void {
  const { node, path, result } = part
  if (schema.pass !== undefined) {
    if (!schema.pass) result.add(path, 'false', 'False always fails validation')
    return
  }
  if (schema.reference) {
    validate(schema.reference, part)
    return
  }
  const given = typeOf(node)
  if (!isOfType(schema, given)) {
    const expected = schema.types.length > 1 ? `[${schema.types.join(',')}]` : schema.types.join('')
    result.add(path, 'invalid_type', `Invalid type. Expected: ${expected}, given: ${given}`)
    return
  }
  validateCombinations(schema, part)
  validateByType(schema, part)
  result.reward()
}

/** As `validate`, with a result of its own. */
export function validateApart(schema: Schema, node: Json, path: string): Result {
  const result = new Result()
  validate(schema, { node, path, result })
  return result
}

function validateByType(schema: Schema, part: Part): void {
  const { node, path, result } = part
  if (isJsonArray(node)) validateArray(schema, node, part)
  if (isJsonObject(node)) validateObject(schema, node, part)
  if (isJsonNumber(node)) validateNumber(schema, node, part)
  validateCommon(schema, part)
  if (typeof node === 'string') validateText(schema, node, part)
  if (!isJsonObject(node)) return
  for (const [name, property] of schema.properties) {
    const member = Object.hasOwn(node, name) ? node[name] : undefined
    if (member !== undefined) validate(property, { node: member, path: `${path}.${name}`, result })
  }
}

function typeOf(node: Json): string {
  if (node === null) return 'null'
  if (isJsonNumber(node)) return integerOf(node) === undefined ? 'number' : 'integer'
  if (isJsonArray(node)) return 'array'
  return isJsonObject(node) ? 'object' : typeof node
}

function isOfType({ types }: Schema, type: string): boolean {
  return (
    types.length === 0 || types.includes(type) || (type === 'integer' && types.includes('number'))
  )
}
