import type { Json, JsonObject } from '../../../json/json.ts'
import type { Schema } from './schema.ts'
import { sortedEntries } from './sorted-entries.ts'
import { validateApart, type Part } from './validate.ts'

/** All but the properties that have a schema of their own. */
export function validateObject(schema: Schema, object: JsonObject, part: Part): void {
  validateCount(schema, Object.keys(object).length, part)
  validateRequired(schema, object, part)
  for (const entry of sortedEntries(object)) validateMember(schema, entry, part)
  if (schema.propertyNames) validateNames(schema.propertyNames, object, part)
  part.result.reward()
}

function validateCount(schema: Schema, count: number, { path, result }: Part): void {
  const { minProperties = 0, maxProperties = Number.POSITIVE_INFINITY } = schema
  if (count < minProperties)
    result.add(path, 'array_min_properties', `Must have at least ${minProperties} properties`)
  if (count > maxProperties)
    result.add(path, 'array_max_properties', `Must have at most ${maxProperties} properties`)
}

function validateRequired({ required }: Schema, object: JsonObject, { path, result }: Part): void {
  for (const name of required) {
    if (Object.hasOwn(object, name)) result.reward()
    else result.add(path, 'required', `${name} is required`)
  }
}

function validateMember(
  schema: Schema,
  [name, member]: readonly [string, Json],
  { path, result }: Part,
): void {
  const { properties, patternProperties, additionalProperties } = schema
  const isNamed = properties.some(([property]) => property === name)
  const matching = patternProperties.filter(([pattern]) => pattern.matches(name))
  for (const [, own] of matching) result.merge(validateApart(own, member, `${path}.${name}`))
  if (matching.length > 0) result.reward()
  if (isNamed || matching.length > 0 || additionalProperties === undefined) return
  if (typeof additionalProperties !== 'boolean')
    result.merge(validateApart(additionalProperties, member, `${path}.${name}`))
  else if (!additionalProperties)
    result.add(
      path,
      'additional_property_not_allowed',
      `Additional property ${name} is not allowed`,
    )
}

function validateNames(schema: Schema, object: JsonObject, { path, result }: Part): void {
  for (const [name] of sortedEntries(object)) {
    const own = validateApart(schema, name, path)
    if (own.isValid) continue
    result.add(path, 'invalid_property_name', `Property name of "${name}" does not match`)
    result.merge(own)
  }
}
