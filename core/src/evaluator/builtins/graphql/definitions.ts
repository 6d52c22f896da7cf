import { readEnumValues, readFields, readInputFields, type Description } from './fields.ts'
import type { CommentGroup } from './nodes.ts'
import type { Definition, DefinitionKind } from './schema-nodes.ts'
import type { TokenStream } from './token-stream.ts'
import { readDirectives } from './values.ts'

type Body = Partial<
  Pick<
    Definition,
    'Interfaces' | 'Directives' | 'Fields' | 'Types' | 'EnumValues' | 'EndOfDefinitionComment'
  >
>

interface Shape {
  readonly kind: DefinitionKind
  readonly read: (tokens: TokenStream) => Body
  /** When an extension may do with less than a definition, or with more. */
  readonly readExtension?: (tokens: TokenStream) => Body
}

const shapes: Readonly<Record<string, Shape>> = {
  scalar: { kind: 'SCALAR', read: directed },
  type: { kind: 'OBJECT', read: implementing },
  // `extend interface` has no `implements` in gqlparser.
  interface: { kind: 'INTERFACE', read: implementing, readExtension: fielded },
  union: { kind: 'UNION', read: (tokens) => ({ ...directed(tokens), Types: readMembers(tokens) }) },
  enum: { kind: 'ENUM', read: enumerated },
  // Variables are let through in directives of `extend input`.
  input: {
    kind: 'INPUT_OBJECT',
    read: (tokens) => input(tokens, 'constant'),
    readExtension: (tokens) => input(tokens, 'any'),
  },
}

export function readDefinition(tokens: TokenStream, description: Description): Definition {
  const [word, shape] = shapeAhead(tokens)
  const comment = tokens.keyword(word)
  return definitionOf(shape.kind, {
    Name: tokens.name(),
    ...shape.read(tokens),
    Description: description.text,
    BeforeDescriptionComment: description.comment,
    AfterDescriptionComment: comment,
  })
}

/** What follows `extend`, which must have something in it. */
export function readExtension(tokens: TokenStream, comment: CommentGroup | null): Definition {
  const [word, shape] = shapeAhead(tokens)
  tokens.keyword(word)
  const name = tokens.name()
  const body = (shape.readExtension ?? shape.read)(tokens)
  const { Interfaces = [], Directives = [], Fields = [], Types = [], EnumValues = [] } = body
  if ([Interfaces, Directives, Fields, Types, EnumValues].every(({ length }) => length === 0))
    throw tokens.unexpected()
  return definitionOf(shape.kind, { Name: name, ...body, AfterDescriptionComment: comment })
}

export function definitionOf(kind: DefinitionKind, members: Partial<Definition>): Definition {
  return {
    Name: '',
    Description: '',
    Directives: [],
    Interfaces: [],
    Fields: [],
    Types: [],
    EnumValues: [],
    BuiltIn: false,
    BeforeDescriptionComment: null,
    AfterDescriptionComment: null,
    EndOfDefinitionComment: null,
    ...members,
    Kind: kind,
  }
}

function shapeAhead(tokens: TokenStream): readonly [word: string, shape: Shape] {
  const { value } = tokens.peek()
  const shape = Object.hasOwn(shapes, value) ? shapes[value] : undefined
  if (!shape) throw tokens.unexpected()
  return [value, shape]
}

function directed(tokens: TokenStream): Body {
  return { Directives: readDirectives(tokens, 'constant') }
}

function implementing(tokens: TokenStream): Body {
  return { Interfaces: readInterfaces(tokens), ...fielded(tokens) }
}

function fielded(tokens: TokenStream): Body {
  const directives = readDirectives(tokens, 'constant')
  const { items, comment } = readFields(tokens)
  return { Directives: directives, Fields: items, EndOfDefinitionComment: comment }
}

function enumerated(tokens: TokenStream): Body {
  const directives = readDirectives(tokens, 'constant')
  const { items, comment } = readEnumValues(tokens)
  return { Directives: directives, EnumValues: items, EndOfDefinitionComment: comment }
}

function input(tokens: TokenStream, form: 'constant' | 'any'): Body {
  const directives = readDirectives(tokens, form)
  const { items, comment } = readInputFields(tokens)
  return { Directives: directives, Fields: items, EndOfDefinitionComment: comment }
}

/** A text "implements" will do as well. */
function readInterfaces(tokens: TokenStream): string[] {
  if (tokens.peek().value !== 'implements') return []
  tokens.take()
  tokens.skip('&')
  return separated(tokens, '&')
}

function readMembers(tokens: TokenStream): string[] {
  if (!tokens.skip('=')) return []
  tokens.skip('|')
  return separated(tokens, '|')
}

function separated(tokens: TokenStream, separator: '&' | '|'): string[] {
  const names = [tokens.name()]
  while (tokens.skip(separator)) names.push(tokens.name())
  return names
}
