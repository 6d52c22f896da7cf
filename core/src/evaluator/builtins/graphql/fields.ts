import type { CommentGroup } from './nodes.ts'
import type {
  ArgumentDefinition,
  Definition,
  EnumValueDefinition,
  FieldDefinition,
} from './schema-nodes.ts'
import type { Group, TokenStream } from './token-stream.ts'
import { readDefault, readDirectives, readType } from './values.ts'

export interface Description {
  readonly text: string
  readonly comment: CommentGroup | null
}

export function readDescription(tokens: TokenStream): Description {
  if (!tokens.isNext('BlockString') && !tokens.isNext('String')) return { text: '', comment: null }
  const { comment } = tokens
  return { text: tokens.take().value, comment }
}

type Head = Pick<
  Definition,
  'Description' | 'BeforeDescriptionComment' | 'AfterDescriptionComment' | 'Name'
>

/** The name of a part of a definition, and what is written before it; an empty description counts as none. */
function readHead(tokens: TokenStream): Head {
  const description = readDescription(tokens)
  const { value, comment } = tokens.expect('Name')
  return {
    Description: description.text,
    Name: value,
    BeforeDescriptionComment: description.text === '' ? null : description.comment,
    AfterDescriptionComment: comment,
  }
}

export function readFields(tokens: TokenStream): Group<FieldDefinition> {
  return tokens.group('{', '}', () => readField(tokens))
}

function readField(tokens: TokenStream): FieldDefinition {
  const head = readHead(tokens)
  const definitions = readArgumentDefinitions(tokens)
  tokens.expect(':')
  const type = readType(tokens)
  const directives = readDirectives(tokens, 'constant')
  return {
    ...head,
    Arguments: definitions,
    DefaultValue: null,
    Type: type,
    Directives: directives,
  }
}

export function readArgumentDefinitions(tokens: TokenStream): ArgumentDefinition[] {
  return tokens.some('(', ')', () => readInput(tokens))
}

function readInput(tokens: TokenStream): ArgumentDefinition {
  const head = readHead(tokens)
  tokens.expect(':')
  return {
    ...head,
    Type: readType(tokens),
    DefaultValue: readDefault(tokens),
    Directives: readDirectives(tokens, 'constant'),
  }
}

export function readInputFields(tokens: TokenStream): Group<FieldDefinition> {
  return tokens.group('{', '}', () => ({ ...readInput(tokens), Arguments: [] }))
}

export function readEnumValues(tokens: TokenStream): Group<EnumValueDefinition> {
  return tokens.group('{', '}', () => ({
    ...readHead(tokens),
    Directives: readDirectives(tokens, 'constant'),
  }))
}
