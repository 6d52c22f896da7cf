import { isJsonObject } from '../../../json/equal.ts'
import { bestOf, type Result } from './result.ts'
import type { Schema } from './schema.ts'
import { sortedEntries } from './sorted-entries.ts'
import { validate, validateApart, type Part } from './validate.ts'

/** Schemas within the schema that are held against the same part. */
export function validateCombinations(schema: Schema, part: Part): void {
  if (schema.anyOf.length > 0) validateAnyOf(schema, part)
  if (schema.oneOf.length > 0) validateOneOf(schema, part)
  if (schema.allOf.length > 0) validateAllOf(schema, part)
  validateNot(schema, part)
  validateDependencies(schema, part)
  validateCondition(schema, part)
  part.result.reward()
}

function validateAnyOf({ anyOf }: Schema, { node, path, result }: Part): void {
  const failed: Result[] = []
  for (const schema of anyOf) {
    const own = validateApart(schema, node, path)
    if (own.isValid) return
    failed.push(own)
  }
  result.add(path, 'number_any_of', 'Must validate at least one schema (anyOf)')
  const best = bestOf(failed)
  if (best) result.merge(best)
}

function validateOneOf({ oneOf }: Schema, { node, path, result }: Part): void {
  const results = oneOf.map((schema) => validateApart(schema, node, path))
  const count = results.filter(({ isValid }) => isValid).length
  if (count === 1) return
  result.add(path, 'number_one_of', 'Must validate one and only one schema (oneOf)')
  const best = count === 0 ? bestOf(results) : undefined
  if (best) result.merge(best)
}

function validateAllOf({ allOf }: Schema, { node, path, result }: Part): void {
  const results = allOf.map((schema) => validateApart(schema, node, path))
  for (const own of results) result.merge(own)
  if (!results.every(({ isValid }) => isValid))
    result.add(path, 'number_all_of', 'Must validate all the schemas (allOf)')
}

function validateNot({ not }: Schema, { node, path, result }: Part): void {
  if (not && validateApart(not, node, path).isValid)
    result.add(path, 'number_not', 'Must not validate the schema (not)')
}

function validateDependencies({ dependencies }: Schema, part: Part): void {
  const { node, path, result } = part
  if (dependencies.size === 0 || !isJsonObject(node)) return
  for (const [name] of sortedEntries(node)) {
    const dependency = dependencies.get(name) ?? []
    if (!isNames(dependency)) {
      validate(dependency, part)
      continue
    }
    for (const needed of dependency)
      if (!Object.hasOwn(node, needed))
        result.add(path, 'missing_dependency', `Has a dependency on ${needed}`)
  }
}

function isNames(dependency: readonly string[] | Schema): dependency is readonly string[] {
  return Array.isArray(dependency)
}

function validateCondition(schema: Schema, { node, path, result }: Part): void {
  if (!schema.if) return
  const { isValid } = validateApart(schema.if, node, path)
  const branch = isValid ? schema.then : schema.else
  const own = branch && validateApart(branch, node, path)
  if (!own || own.isValid) return
  if (isValid) result.add(path, 'condition_then', 'Must validate "then" as "if" was valid')
  else result.add(path, 'condition_else', 'Must validate "else" as "if" was not valid')
  result.merge(own)
}
