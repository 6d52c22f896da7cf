import type {
  CommentGroup,
  FragmentDefinition,
  OperationDefinition,
  QueryDocument,
  Selection,
  VariableDefinition,
} from './nodes.ts'
import { TokenStream } from './token-stream.ts'
import { readArguments, readDefault, readDirectives, readType } from './values.ts'

/** An executable document, as gqlparser reads it (parser/query.go). Throws a `BuiltinError`. */
export function parseQuery(text: string): QueryDocument {
  const tokens = new TokenStream(text)
  const document: QueryDocument = { Operations: [], Fragments: [], Comment: null }
  while (!tokens.isNext('EOF')) {
    const { kind, value } = tokens.peek()
    if (kind === 'Name' && value === 'fragment') document.Fragments.push(readFragment(tokens))
    else document.Operations.push(readOperation(tokens))
  }
  return document
}

const operations = new Set(['query', 'mutation', 'subscription'])

function readOperation(tokens: TokenStream): OperationDefinition {
  if (tokens.isNext('{')) return shorthand(tokens)
  const { comment } = tokens
  const { kind, value } = tokens.peek()
  if (kind !== 'Name' || !operations.has(value)) throw tokens.unexpected()
  tokens.take()
  return {
    Operation: value,
    Name: tokens.isNext('Name') ? tokens.take().value : '',
    VariableDefinitions: readVariables(tokens),
    Directives: readDirectives(tokens, 'any'),
    SelectionSet: readSelections(tokens),
    Comment: comment,
  }
}

/** A query without its keyword; gqlparser loses the comment before it. */
function shorthand(tokens: TokenStream): OperationDefinition {
  return {
    Operation: 'query',
    Name: '',
    VariableDefinitions: [],
    Directives: [],
    SelectionSet: readSelections(tokens),
    Comment: null,
  }
}

function readFragment(tokens: TokenStream): FragmentDefinition {
  const comment = tokens.keyword('fragment')
  const name = readFragmentName(tokens)
  const variables = readVariables(tokens)
  tokens.keyword('on')
  return {
    Name: name,
    VariableDefinition: variables,
    TypeCondition: tokens.name(),
    Directives: readDirectives(tokens, 'any'),
    SelectionSet: readSelections(tokens),
    Comment: comment,
  }
}

function readFragmentName(tokens: TokenStream): string {
  if (tokens.peek().value === 'on') throw tokens.unexpected()
  return tokens.name()
}

function readVariables(tokens: TokenStream): VariableDefinition[] {
  return tokens.some('(', ')', () => readVariable(tokens))
}

function readVariable(tokens: TokenStream): VariableDefinition {
  const { comment } = tokens.expect('$')
  const name = tokens.name()
  tokens.expect(':')
  return {
    Variable: name,
    Type: readType(tokens),
    DefaultValue: readDefault(tokens),
    Directives: readDirectives(tokens, 'any'),
    Comment: comment,
    Used: false,
  }
}

function readSelections(tokens: TokenStream): Selection[] {
  if (!tokens.isNext('{')) throw tokens.unexpected()
  return tokens.some('{', '}', () => readSelection(tokens))
}

function readSelection(tokens: TokenStream): Selection {
  if (!tokens.isNext('...')) return readField(tokens)
  const { comment } = tokens.expect('...')
  const { kind, value } = tokens.peek()
  if (kind === 'Name' && value !== 'on') return readSpread(tokens, comment)
  // A text "on" will do as well.
  const isTyped = value === 'on'
  if (isTyped) tokens.take()
  return {
    node: 'InlineFragment',
    TypeCondition: isTyped ? tokens.name() : '',
    Directives: readDirectives(tokens, 'any'),
    SelectionSet: readSelections(tokens),
    Comment: comment,
  }
}

function readSpread(tokens: TokenStream, comment: CommentGroup | null): Selection {
  const name = tokens.name()
  const directives = readDirectives(tokens, 'any')
  return { node: 'FragmentSpread', Name: name, Directives: directives, Comment: comment }
}

function readField(tokens: TokenStream): Selection {
  const { value: alias, comment } = tokens.expect('Name')
  const name = tokens.skip(':') ? tokens.name() : alias
  return {
    node: 'Field',
    Alias: alias,
    Name: name,
    Arguments: readArguments(tokens, 'any'),
    Directives: readDirectives(tokens, 'any'),
    SelectionSet: tokens.isNext('{') ? readSelections(tokens) : [],
    Comment: comment,
  }
}
