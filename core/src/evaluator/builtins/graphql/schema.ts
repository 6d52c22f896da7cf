import { BuiltinError } from '../operand.ts'
import { definitionOf } from './definitions.ts'
import { prelude } from './prelude.ts'
import { checkDirectives } from './schema-directives.ts'
import type {
  Definition,
  DirectiveDefinition,
  FieldDefinition,
  SchemaDefinition,
  SchemaDocument,
} from './schema-nodes.ts'
import { checkDefinition, checkDirectiveDefinition, checkInputCycles } from './schema-rules.ts'
import { parseSchema } from './type-system.ts'

export type RootOperation = 'query' | 'mutation' | 'subscription'

/** What a document says, put together: types with their extensions, and how they relate. */
export interface Schema {
  readonly types: ReadonlyMap<string, Definition>
  readonly directives: ReadonlyMap<string, DirectiveDefinition>
  readonly possibleTypes: ReadonlyMap<string, readonly (Definition | undefined)[]>
  readonly roots: { readonly [Operation in RootOperation]?: Definition }
}

/** Checks a document as gqlparser does (validator/schema.go). Throws a `BuiltinError` for an invalid one. */
export function buildSchema(given: SchemaDocument): Schema {
  const document = withPrelude(given)
  const types = collectTypes(document)
  const schema = {
    types,
    directives: collectDirectives(document),
    possibleTypes: collectPossibleTypes([...types.values()]),
  }
  const roots = collectRoots(document, schema)
  for (const definition of types.values()) checkDefinition(definition, schema)
  checkInputCycles(schema)
  for (const directive of schema.directives.values()) checkDirectiveDefinition(directive, schema)
  if (given.Schema.length === 0) inferRoots(roots, types)
  roots.query?.Fields.push(...introspection)
  return { ...schema, roots }
}

/** Types are copied where extensions change them, so that the document stays as it was read. */
function withPrelude(given: SchemaDocument): SchemaDocument {
  const implied = parseSchema(prelude)
  const builtIn = implied.Definitions.map((definition) => ({ ...definition, BuiltIn: true }))
  return {
    ...given,
    Directives: [...implied.Directives, ...given.Directives],
    Definitions: [...builtIn, ...given.Definitions].map(copyOf),
  }
}

function copyOf(definition: Definition): Definition {
  const { Directives, Interfaces, Fields, Types, EnumValues } = definition
  return {
    ...definition,
    Directives: [...Directives],
    Interfaces: [...Interfaces],
    Fields: [...Fields],
    Types: [...Types],
    EnumValues: [...EnumValues],
  }
}

function collectTypes({ Definitions, Extensions }: SchemaDocument): Map<string, Definition> {
  const types = new Map<string, Definition>()
  for (const definition of Definitions) {
    if (types.has(definition.Name)) throw new BuiltinError(`cannot redeclare ${definition.Name}`)
    types.set(definition.Name, definition)
  }
  for (const extension of Extensions) {
    const { Kind, Name } = extension
    const definition = types.get(Name) ?? definitionOf(Kind, { Name })
    if (definition.Kind !== Kind) throw new BuiltinError(`cannot extend ${Name} as another kind`)
    types.set(Name, definition)
    definition.Directives.push(...extension.Directives)
    definition.Interfaces.push(...extension.Interfaces)
    definition.Fields.push(...extension.Fields)
    definition.Types.push(...extension.Types)
    definition.EnumValues.push(...extension.EnumValues)
  }
  return types
}

function collectPossibleTypes(
  definitions: readonly Definition[],
): Map<string, (Definition | undefined)[]> {
  const possible = new Map<string, (Definition | undefined)[]>()
  const add = (name: string, definition: Definition | undefined): void => {
    possible.set(name, [...(possible.get(name) ?? []), definition])
  }
  const byName = new Map(definitions.map((definition) => [definition.Name, definition]))
  for (const definition of definitions) {
    const { Kind, Name, Types, Interfaces } = definition
    if (Kind === 'UNION') for (const type of Types) add(Name, byName.get(type))
    if (Kind === 'UNION' || Kind === 'SCALAR' || Kind === 'ENUM') continue
    for (const name of Interfaces) add(name, definition)
    if (Kind !== 'INTERFACE') add(Name, definition)
  }
  return possible
}

/** These may be declared again, and the last one counts. */
const builtInDirectives = new Set([
  'include',
  'skip',
  'deprecated',
  'specifiedBy',
  'defer',
  'oneOf',
])

function collectDirectives({ Directives }: SchemaDocument): Map<string, DirectiveDefinition> {
  const directives = new Map<string, DirectiveDefinition>()
  for (const directive of Directives) {
    const { Name } = directive
    if (directives.has(Name) && !builtInDirectives.has(Name))
      throw new BuiltinError(`cannot redeclare directive ${Name}`)
    directives.set(Name, directive)
  }
  return directives
}

type Roots = { [Operation in RootOperation]?: Definition }

function collectRoots(document: SchemaDocument, schema: Omit<Schema, 'roots'>): Roots {
  if (document.Schema.length > 1) throw new BuiltinError('multiple schema entry points')
  const roots: Roots = {}
  for (const definition of [...document.Schema, ...document.SchemaExtension]) {
    addRoots(definition, roots, schema)
    checkDirectives(definition.Directives, schema, { location: 'SCHEMA', isOnePlace: true })
  }
  return roots
}

function addRoots(
  { OperationTypes }: SchemaDefinition,
  roots: Roots,
  { types }: Omit<Schema, 'roots'>,
): void {
  for (const { Operation, Type } of OperationTypes) {
    const definition = types.get(Type)
    if (!definition) throw new BuiltinError(`schema root ${Operation} does not exist`)
    if (isRootOperation(Operation)) roots[Operation] = definition
  }
}

const rootNames = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const

export function isRootOperation(name: string): name is RootOperation {
  return Object.hasOwn(rootNames, name)
}

function inferRoots(roots: Roots, types: ReadonlyMap<string, Definition>): void {
  for (const operation of ['query', 'mutation', 'subscription'] as const) {
    const definition = roots[operation] ?? types.get(rootNames[operation])
    if (definition) roots[operation] = definition
  }
}

const introspection: readonly FieldDefinition[] = parseSchema(
  'type Query { __schema: __Schema! __type(name: String!): __Type }',
).Definitions.flatMap(({ Fields }) => Fields)
