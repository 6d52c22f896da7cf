import { isJsonArray, isJsonObject } from '../../../json/equal.ts'
import type { Json, JsonObject } from '../../../json/json.ts'
import { BuiltinError } from '../operand.ts'
import { patternOf, type Pattern } from '../regex/pattern.ts'
import { urlText } from '../urls/url-text.ts'
import { readBounds } from './bounds.ts'
import { canonicalText } from './canonical.ts'
import { draftOf, isFrom, type Draft } from './draft.ts'
import {
  countKeyword,
  expectOrder,
  invalidType,
  isSchemaLike,
  keyword,
  listKeyword,
  textKeyword,
} from './keywords.ts'
import { Pool } from './pool.ts'
import { parseReference } from './reference.ts'
import { createSchema, type Schema } from './schema.ts'
import { sortedEntries } from './sorted-entries.ts'

/** A JSON schema of draft 4, 6 or 7, read as OPA's gojsonschema reads it. Throws a `BuiltinError` in its words. */
export function parseSchema(document: Json): Schema {
  const pool = new Pool()
  const resolved = pool.add(document)
  return new Parser(pool).schema(resolved, draftOf(document) ?? 'hybrid')
}

class Parser {
  readonly #pool: Pool
  /** By the URL they were referred to with. */
  readonly #referenced = new Map<string, Schema>()

  constructor(pool: Pool) {
    this.#pool = pool
  }

  schema(node: Json, draft: Draft): Schema {
    return this.#read(node, createSchema(draft))
  }

  #read(node: Json, schema: Schema): Schema {
    if (typeof node === 'boolean' && isFrom(schema.draft, 6)) {
      schema.pass = node
      return schema
    }
    if (!isJsonObject(node)) throw new BuiltinError('Expected: Valid Schema, given: Invalid JSON')
    const id = idKeyword(node, schema.draft)
    if (id !== undefined) parseReference(id)
    this.#readDefinitions(node, schema)
    for (const name of ['title', 'description']) textKeyword(node, name)
    if (this.#readReference(node, schema)) return schema
    this.#readTypes(node, schema)
    this.#readProperties(node, schema)
    this.#readItems(node, schema)
    readBounds(node, schema)
    readText(node, schema)
    readObjectLimits(node, schema)
    this.#readArrayLimits(node, schema)
    readValues(node, schema)
    this.#readCombinations(node, schema)
    return schema
  }

  #child(node: Json, { draft }: Schema): Schema {
    return this.schema(node, draft)
  }

  #readDefinitions(node: JsonObject, schema: Schema): void {
    const definitions = keyword(node, 'definitions')
    if (definitions === undefined) return
    if (!isJsonObject(definitions)) throw invalidType('Array Of Schemas', 'definitions')
    for (const [, definition] of sortedEntries(definitions)) {
      if (!isSchemaLike(definition)) throw invalidType('Array Of Schemas', 'definitions')
      this.#child(definition, schema)
    }
  }

  /** Whether the rest of the schema goes unread: it does where the reference is met for the first time. */
  #readReference(node: JsonObject, schema: Schema): boolean {
    const text = textKeyword(node, '$ref')
    if (text === undefined) return false
    const reference = parseReference(text)
    const known = this.#referenced.get(urlText(reference))
    if (known) {
      schema.reference = known
      return false
    }
    const { document, draft } = this.#pool.get(reference)
    if (!isSchemaLike(document)) throw new BuiltinError('Valid Schema must be of type object')
    const target = createSchema(draft ?? schema.draft)
    this.#referenced.set(urlText(reference), target)
    schema.reference = this.#read(document, target)
    return true
  }

  #readTypes(node: JsonObject, { types }: Schema): void {
    const given = keyword(node, 'type')
    if (given === undefined) return
    for (const type of isJsonArray(given) ? given : [given]) {
      if (typeof type !== 'string') throw invalidType('type', 'string/Array Of Strings')
      addType(types, type)
    }
  }

  #readProperties(node: JsonObject, schema: Schema): void {
    const properties = keyword(node, 'properties')
    if (properties !== undefined) {
      if (!isJsonObject(properties)) throw new BuiltinError('Properties must be of type object')
      schema.properties = sortedEntries(properties).map(([name, each]) => [
        name,
        this.#child(each, schema),
      ])
    }
    const additional = keyword(node, 'additionalProperties')
    if (additional !== undefined)
      schema.additionalProperties = this.#orBoolean(additional, schema, 'additionalProperties')
    this.#readPatternProperties(node, schema)
    this.#readPropertyNames(node, schema)
    this.#readDependencies(node, schema)
  }

  #orBoolean(value: Json, schema: Schema, name: string): boolean | Schema {
    if (typeof value === 'boolean') return value
    if (!isJsonObject(value)) throw invalidType('boolean/Valid Schema', name)
    return this.#child(value, schema)
  }

  #readPatternProperties(node: JsonObject, schema: Schema): void {
    const properties = keyword(node, 'patternProperties')
    if (properties === undefined) return
    if (!isJsonObject(properties)) throw invalidType('Valid Schema', 'patternProperties')
    schema.patternProperties = sortedEntries(properties).map(([source, each]) => [
      compile(source, `Invalid regex pattern '${source}'`),
      this.#child(each, schema),
    ])
  }

  #readPropertyNames(node: JsonObject, schema: Schema): void {
    const names = keyword(node, 'propertyNames')
    if (names === undefined || !isFrom(schema.draft, 6)) return
    if (!isSchemaLike(names)) throw invalidType('Valid Schema', 'patternProperties')
    schema.propertyNames = this.#child(names, schema)
  }

  #readDependencies(node: JsonObject, schema: Schema): void {
    const dependencies = keyword(node, 'dependencies')
    if (dependencies === undefined) return
    if (!isJsonObject(dependencies)) throw new BuiltinError('dependencies must be of type object')
    for (const [name, dependency] of sortedEntries(dependencies)) {
      if (isJsonArray(dependency)) schema.dependencies.set(name, dependency.map(expectName))
      else if (isSchemaLike(dependency))
        schema.dependencies.set(name, this.#child(dependency, schema))
      else throw notDependency()
    }
  }

  #readItems(node: JsonObject, schema: Schema): void {
    const items = keyword(node, 'items')
    if (items !== undefined) {
      const list = isJsonArray(items) ? items : [items]
      schema.isOneForAllItems = !isJsonArray(items)
      for (const item of list) {
        if (!isSchemaLike(item)) throw invalidType('Valid Schema/Array Of Schemas', 'items')
        schema.items.push(this.#child(item, schema))
      }
    }
    const additional = keyword(node, 'additionalItems')
    if (additional !== undefined)
      schema.additionalItems = this.#orBoolean(additional, schema, 'additionalItems')
  }

  #readArrayLimits(node: JsonObject, schema: Schema): void {
    setCount(node, schema, 'minItems')
    setCount(node, schema, 'maxItems')
    const isUnique = keyword(node, 'uniqueItems')
    if (isUnique !== undefined && typeof isUnique !== 'boolean')
      throw new BuiltinError('uniqueItems must be of a boolean')
    schema.isUnique = isUnique ?? false
    const contains = keyword(node, 'contains')
    if (contains !== undefined && isFrom(schema.draft, 6))
      schema.contains = this.#child(contains, schema)
  }

  #readCombinations(node: JsonObject, schema: Schema): void {
    for (const name of ['oneOf', 'anyOf', 'allOf'] as const)
      schema[name] = (listKeyword(node, name) ?? []).map((each) => this.#child(each, schema))
    const conditions = isFrom(schema.draft, 7) ? (['if', 'then', 'else'] as const) : []
    for (const name of ['not', ...conditions] as const) {
      const given = keyword(node, name)
      if (given === undefined) continue
      if (!isSchemaLike(given)) throw new BuiltinError(`${name} must be of an object`)
      schema[name] = this.#child(given, schema)
    }
  }
}

function idKeyword(node: JsonObject, draft: Draft): string | undefined {
  const isOld = draft === 4 || (draft === 'hybrid' && Object.hasOwn(node, 'id'))
  return textKeyword(node, isOld ? 'id' : '$id')
}

const knownTypes = ['array', 'boolean', 'integer', 'number', 'null', 'object', 'string']

function addType(types: string[], type: string): void {
  if (!knownTypes.includes(type))
    throw new BuiltinError(
      `has a primitive type that is NOT VALID -- given: /${type}/ Expected valid values are:[${knownTypes.join(' ')}]`,
    )
  if (types.includes(type)) throw new BuiltinError(`${type} type is duplicated`)
  types.push(type)
}

function compile(source: string, message: string): Pattern {
  try {
    return patternOf(source)
  } catch (error) {
    if (error instanceof BuiltinError) throw new BuiltinError(message)
    throw error
  }
}

function expectName(name: Json): string {
  if (typeof name !== 'string') throw notDependency()
  return name
}

function notDependency(): BuiltinError {
  return new BuiltinError('Dependency must be of type Schema Or Array Of Strings')
}

type Count = 'minLength' | 'maxLength' | 'minProperties' | 'maxProperties' | 'minItems' | 'maxItems'

function setCount(node: JsonObject, schema: Schema, name: Count): void {
  const count = countKeyword(node, name)
  if (count !== undefined) schema[name] = count
}

function readText(node: JsonObject, schema: Schema): void {
  setCount(node, schema, 'minLength')
  setCount(node, schema, 'maxLength')
  expectOrder([schema.minLength, schema.maxLength], ['minLength', 'maxLength'])
  const source = textKeyword(node, 'pattern')
  if (source !== undefined)
    schema.pattern = { source, compiled: compile(source, 'pattern must be a valid regex') }
  schema.format = textKeyword(node, 'format') ?? ''
}

function readObjectLimits(node: JsonObject, schema: Schema): void {
  setCount(node, schema, 'minProperties')
  setCount(node, schema, 'maxProperties')
  expectOrder([schema.minProperties, schema.maxProperties], ['minProperties', 'maxProperties'])
  for (const name of listKeyword(node, 'required') ?? []) {
    if (typeof name !== 'string') throw invalidType('string', 'required')
    if (schema.required.includes(name)) throw new BuiltinError('required items must be unique')
    schema.required.push(name)
  }
}

function readValues(node: JsonObject, schema: Schema): void {
  const constant = keyword(node, 'const')
  if (constant !== undefined && isFrom(schema.draft, 6)) schema.constant = canonicalText(constant)
  const values = listKeyword(node, 'enum')?.map(canonicalText)
  if (!values) return
  if (new Set(values).size < values.length) throw new BuiltinError('enum items must be unique')
  schema.enumeration = values
}
