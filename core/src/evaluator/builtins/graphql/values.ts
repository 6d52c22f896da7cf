import type { TokenKind } from './lexer.ts'
import {
  valueKinds,
  type Argument,
  type ChildValue,
  type CommentGroup,
  type Directive,
  type Type,
  type Value,
  type ValueKind,
} from './nodes.ts'
import type { TokenStream } from './token-stream.ts'

/** `constant` values have no variables in them. */
type Form = 'constant' | 'any'

export function readType(tokens: TokenStream): Type {
  if (!tokens.skip('[')) return { NamedType: tokens.name(), Elem: null, NonNull: tokens.skip('!') }
  const item = readType(tokens)
  tokens.expect(']')
  return { NamedType: '', Elem: item, NonNull: tokens.skip('!') }
}

export function readDirectives(tokens: TokenStream, form: Form): Directive[] {
  const directives: Directive[] = []
  while (tokens.skip('@'))
    directives.push({ Name: tokens.name(), Arguments: readArguments(tokens, form), Location: '' })
  return directives
}

export function readArguments(tokens: TokenStream, form: Form): Argument[] {
  return tokens.some('(', ')', () => readMember(tokens, form))
}

export function readDefault(tokens: TokenStream): Value | null {
  return tokens.skip('=') ? readValue(tokens, 'constant') : null
}

const scalars: { readonly [Kind in TokenKind]?: ValueKind } = {
  Int: valueKinds.int,
  Float: valueKinds.float,
  String: valueKinds.string,
  BlockString: valueKinds.block,
}

const words: Readonly<Record<string, ValueKind>> = {
  true: valueKinds.boolean,
  false: valueKinds.boolean,
  null: valueKinds.null,
}

function readValue(tokens: TokenStream, form: Form): Value {
  const { kind, value } = tokens.peek()
  if (kind === '[') return readList(tokens, form)
  if (kind === '{') return readObject(tokens, form)
  if (kind === '$' && form === 'any') {
    tokens.take()
    return valueOf(valueKinds.variable, { Raw: tokens.name() })
  }
  const word = Object.hasOwn(words, value) ? words[value] : valueKinds.enum
  const found = kind === 'Name' ? word : scalars[kind]
  if (found === undefined) throw tokens.unexpected()
  tokens.take()
  return valueOf(found, { Raw: value })
}

function readList(tokens: TokenStream, form: Form): Value {
  const { comment } = tokens
  const item = (): ChildValue => ({ Name: '', Value: readValue(tokens, form), Comment: null })
  return valueOf(valueKinds.list, { Children: tokens.many('[', ']', item), Comment: comment })
}

function readObject(tokens: TokenStream, form: Form): Value {
  const { comment } = tokens
  const members = tokens.many('{', '}', () => readMember(tokens, form))
  return valueOf(valueKinds.object, { Children: members, Comment: comment })
}

/** `name: value`, which is an argument as well as a member of an object. */
function readMember(tokens: TokenStream, form: Form): ChildValue {
  const comment = commentAhead(tokens)
  const name = tokens.name()
  tokens.expect(':')
  return { Name: name, Value: readValue(tokens, form), Comment: comment }
}

function commentAhead(tokens: TokenStream): CommentGroup | null {
  tokens.peek()
  return tokens.comment
}

function valueOf(kind: ValueKind, members: Partial<Value>): Value {
  const empty = { Raw: '', Children: [], Comment: null, ExpectedTypeHasDefault: false }
  return { ...empty, ...members, Kind: kind }
}
