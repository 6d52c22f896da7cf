import { isObjectValue, type RegoValue } from '../../value.ts'
import type { Builtin } from '../builtin.ts'
import { BuiltinError, stringOperand } from '../operand.ts'
import { decodeTree } from './decode.ts'
import type { QueryDocument } from './nodes.ts'
import { prune } from './prune.ts'
import { queryDocument } from './query-shapes.ts'
import { parseQuery } from './query.ts'
import type { SchemaDocument } from './schema-nodes.ts'
import { schemaDocument } from './schema-shapes.ts'
import { buildSchema } from './schema.ts'
import { parseSchema } from './type-system.ts'
import { validateQuery } from './validate.ts'

/** GraphQL as OPA has it, by gqlparser 2.5.58: its grammar, its checks, and its syntax trees. */
export const builtins: Readonly<Record<string, Builtin>> = {
  'graphql.is_valid': ([query, schema]) => orElse(() => parseBoth(query, schema).length > 0, false),
  'graphql.parse': ([query, schema]) => parseBoth(query, schema),
  'graphql.parse_and_verify': ([query, schema]) =>
    orElse(() => [true, ...parseBoth(query, schema)], [false, {}, {}]),
  'graphql.parse_query': ([query]) => prune(parseQuery(stringOperand(query))),
  'graphql.parse_schema': ([schema]) => prune(parseSchema(stringOperand(schema))),
  'graphql.schema_is_valid': ([schema]) => orElse(() => isValidSchema(schema), false),
}

/** The trees of a query and its schema, when the query is valid; each given as text or tree. */
function parseBoth(
  query: RegoValue | undefined,
  schema: RegoValue | undefined,
): readonly [query: RegoValue, schema: RegoValue] {
  const asked = readQuery(query)
  const given = readSchema(schema)
  const trees = [prune(asked), prune(given)] as const
  validateQuery(buildSchema(given), asked)
  return trees
}

function isValidSchema(schema: RegoValue | undefined): boolean {
  buildSchema(readSchema(schema))
  return true
}

function readQuery(value: RegoValue | undefined): QueryDocument {
  if (typeof value === 'string') return parseQuery(value)
  if (isObjectValue(value)) return decodeTree(value, queryDocument)
  throw new BuiltinError('operand must be a string or an object')
}

function readSchema(value: RegoValue | undefined): SchemaDocument {
  if (typeof value === 'string') return parseSchema(value)
  if (isObjectValue(value)) return decodeTree(value, schemaDocument)
  throw new BuiltinError('operand must be a string or an object')
}

/** What counts where OPA answers in place of an error. */
function orElse(compute: () => RegoValue, otherwise: RegoValue): RegoValue {
  try {
    return compute()
  } catch (error) {
    if (error instanceof BuiltinError) return otherwise
    throw error
  }
}
