import { flag, list, object, oneOf, optional, required, text, type Read } from './decode.ts'
import {
  valueKinds,
  type Argument,
  type ChildValue,
  type CommentGroup,
  type Directive,
  type Field,
  type FragmentDefinition,
  type OperationDefinition,
  type QueryDocument,
  type Selection,
  type Type,
  type Value,
  type VariableDefinition,
} from './nodes.ts'

/** gqlparser's own decoders forget the comments of some nodes. */
const forgotten = (): null => null

const commentLine = object<{ readonly Value: string }>(() => ({ Value: text }))
const commentGroup = object<CommentGroup>(() => ({ List: list(commentLine) }))
export const comment: Read<CommentGroup | null> = optional(commentGroup)

export const type: Read<Type> = (value) => {
  const node = typeNode(value)
  if (node.NamedType === '' && !node.Elem) throw new RangeError('a type without a name')
  return node
}

const typeNode = object<Type>(() => ({ NamedType: text, Elem: optional(type), NonNull: flag }))

const literals: { readonly [Kind in number]?: RegExp } = {
  [valueKinds.int]: /^-?\d+$/,
  [valueKinds.float]: /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/,
  [valueKinds.boolean]: /^(?:true|false)$/,
}

export const value: Read<Value> = (given) => {
  const node = valueNode(given)
  if (literals[node.Kind]?.test(node.Raw) === false) throw new RangeError('no such literal')
  return node
}

const valueNode = object<Value>(() => ({
  Raw: text,
  Children: list(childValue),
  Kind: oneOf(Object.values(valueKinds), valueKinds.variable),
  Comment: comment,
  ExpectedTypeHasDefault: flag,
}))

const childValue = object<ChildValue>(() => ({
  Name: text,
  Value: required(value),
  Comment: comment,
}))

const argument: Read<Argument> = childValue

export const directive: Read<Directive> = object(() => ({
  Name: text,
  Arguments: list(argument),
  Location: text,
}))

/** Whatever it was: spreads and fragments come back as fields, for `UnmarshalSelectionSet` tries these first. */
const field: Read<Field> = object(() => ({
  node: () => 'Field' as const,
  Alias: text,
  Name: text,
  Arguments: list(argument),
  Directives: list(directive),
  SelectionSet: selections,
  Comment: forgotten,
}))

const selections: Read<Selection[]> = list((given): Selection => field(given))

const variable: Read<VariableDefinition> = object(() => ({
  Variable: text,
  Type: required(type),
  DefaultValue: optional(value),
  Directives: list(directive),
  Comment: comment,
  Used: flag,
}))

const operation: Read<OperationDefinition> = object(() => ({
  Operation: text,
  Name: text,
  VariableDefinitions: list(variable),
  Directives: list(directive),
  SelectionSet: selections,
  Comment: forgotten,
}))

const fragment: Read<FragmentDefinition> = object(() => ({
  Name: text,
  VariableDefinition: list(variable),
  TypeCondition: text,
  Directives: list(directive),
  SelectionSet: selections,
  Comment: forgotten,
}))

export const queryDocument: Read<QueryDocument> = object(() => ({
  Operations: list(operation),
  Fragments: list(fragment),
  Comment: comment,
}))
