/**
 * gqlparser's syntax tree, members named as there: it is what the builtins answer, after `prune`. Absent is null.
 * What the validator finds out comes on top of it (`walk.ts`).
 */
export interface CommentGroup {
  readonly List: readonly { readonly Value: string }[]
}

export const valueKinds = {
  variable: 0,
  int: 1,
  float: 2,
  string: 3,
  block: 4,
  boolean: 5,
  null: 6,
  enum: 7,
  list: 8,
  object: 9,
} as const

export type ValueKind = (typeof valueKinds)[keyof typeof valueKinds]

export interface Value {
  Raw: string
  Children: ChildValue[]
  Kind: ValueKind
  Comment: CommentGroup | null
  ExpectedTypeHasDefault: boolean
}

export interface ChildValue {
  Name: string
  Value: Value
  Comment: CommentGroup | null
}

export interface Argument {
  Name: string
  Value: Value
  Comment: CommentGroup | null
}

export interface Directive {
  Name: string
  Arguments: Argument[]
  Location: string
}

export interface Type {
  NamedType: string
  Elem: Type | null
  NonNull: boolean
}

export interface Field {
  readonly node: 'Field'
  Alias: string
  Name: string
  Arguments: Argument[]
  Directives: Directive[]
  SelectionSet: Selection[]
  Comment: CommentGroup | null
}

export interface FragmentSpread {
  readonly node: 'FragmentSpread'
  Name: string
  Directives: Directive[]
  Comment: CommentGroup | null
}

export interface InlineFragment {
  readonly node: 'InlineFragment'
  TypeCondition: string
  Directives: Directive[]
  SelectionSet: Selection[]
  Comment: CommentGroup | null
}

export type Selection = Field | FragmentSpread | InlineFragment

export interface VariableDefinition {
  Variable: string
  Type: Type
  DefaultValue: Value | null
  Directives: Directive[]
  Comment: CommentGroup | null
  Used: boolean
}

export interface OperationDefinition {
  Operation: string
  Name: string
  VariableDefinitions: VariableDefinition[]
  Directives: Directive[]
  SelectionSet: Selection[]
  Comment: CommentGroup | null
}

export interface FragmentDefinition {
  Name: string
  VariableDefinition: VariableDefinition[]
  TypeCondition: string
  Directives: Directive[]
  SelectionSet: Selection[]
  Comment: CommentGroup | null
}

export interface QueryDocument {
  Operations: OperationDefinition[]
  Fragments: FragmentDefinition[]
  Comment: CommentGroup | null
}
