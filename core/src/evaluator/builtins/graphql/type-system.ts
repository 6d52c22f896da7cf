import { readDefinition, readExtension } from './definitions.ts'
import { readArgumentDefinitions, readDescription, type Description } from './fields.ts'
import type { CommentGroup } from './nodes.ts'
import type {
  DirectiveDefinition,
  OperationTypeDefinition,
  SchemaDefinition,
  SchemaDocument,
} from './schema-nodes.ts'
import { TokenStream } from './token-stream.ts'
import { readDirectives } from './values.ts'

/** A type system document, as gqlparser reads it (parser/schema.go). Throws a `BuiltinError`. */
export function parseSchema(text: string): SchemaDocument {
  const tokens = new TokenStream(text)
  const document: SchemaDocument = {
    Schema: [],
    SchemaExtension: [],
    Directives: [],
    Definitions: [],
    Extensions: [],
    Comment: null,
  }
  while (!tokens.isNext('EOF')) readPart(tokens, document)
  document.Comment = tokens.comment
  return document
}

function readPart(tokens: TokenStream, document: SchemaDocument): void {
  const description = readDescription(tokens)
  if (!tokens.isNext('Name')) throw tokens.unexpected()
  switch (tokens.peek().value) {
    case 'schema':
      document.Schema.push(readSchema(tokens, description))
      break
    case 'directive':
      document.Directives.push(readDirectiveDefinition(tokens, description))
      break
    case 'extend':
      if (description.text !== '') throw tokens.unexpected()
      extend(tokens, document)
      break
    default:
      document.Definitions.push(readDefinition(tokens, description))
  }
}

function extend(tokens: TokenStream, document: SchemaDocument): void {
  const comment = tokens.keyword('extend')
  if (tokens.peek().value !== 'schema') {
    document.Extensions.push(readExtension(tokens, comment))
    return
  }
  const extension = readSchema(tokens, { text: '', comment: null }, comment)
  if (extension.Directives.length === 0 && extension.OperationTypes.length === 0)
    throw tokens.unexpected()
  document.SchemaExtension.push(extension)
}

/** An extension's comment is the one before `extend`. */
function readSchema(
  tokens: TokenStream,
  description: Description,
  extended?: CommentGroup | null,
): SchemaDefinition {
  const comment = tokens.keyword('schema')
  const directives = readDirectives(tokens, 'constant')
  const { items, comment: end } = tokens.group('{', '}', () => readOperationType(tokens))
  return {
    Description: description.text,
    Directives: directives,
    OperationTypes: items,
    BeforeDescriptionComment: description.comment,
    AfterDescriptionComment: extended === undefined ? comment : extended,
    EndOfDefinitionComment: end,
  }
}

const operations = new Set(['query', 'mutation', 'subscription'])

function readOperationType(tokens: TokenStream): OperationTypeDefinition {
  const operation = tokens.peek().value
  const { comment } = tokens
  if (!operations.has(operation)) throw tokens.unexpected()
  tokens.take()
  tokens.expect(':')
  return { Operation: operation, Type: tokens.name(), Comment: comment }
}

function readDirectiveDefinition(
  tokens: TokenStream,
  description: Description,
): DirectiveDefinition {
  const comment = tokens.keyword('directive')
  tokens.expect('@')
  const name = tokens.name()
  const definitions = readArgumentDefinitions(tokens)
  const { kind, value } = tokens.peek()
  const isRepeatable = kind === 'Name' && value === 'repeatable'
  if (isRepeatable) tokens.take()
  tokens.keyword('on')
  return {
    Description: description.text,
    Name: name,
    Arguments: definitions,
    Locations: readLocations(tokens),
    IsRepeatable: isRepeatable,
    BeforeDescriptionComment: description.comment,
    AfterDescriptionComment: comment,
  }
}

const locations = new Set(
  `QUERY MUTATION SUBSCRIPTION FIELD FRAGMENT_DEFINITION FRAGMENT_SPREAD INLINE_FRAGMENT
  VARIABLE_DEFINITION SCHEMA SCALAR OBJECT FIELD_DEFINITION ARGUMENT_DEFINITION INTERFACE UNION ENUM
  ENUM_VALUE INPUT_OBJECT INPUT_FIELD_DEFINITION`.split(/\s+/),
)

function readLocations(tokens: TokenStream): string[] {
  const found: string[] = []
  tokens.skip('|')
  do {
    if (!locations.has(tokens.peek().value)) throw tokens.unexpected()
    found.push(tokens.name())
  } while (tokens.skip('|'))
  return found
}
