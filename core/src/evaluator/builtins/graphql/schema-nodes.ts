import type { CommentGroup, Directive, Type, Value } from './nodes.ts'

interface Described {
  Description: string
  BeforeDescriptionComment: CommentGroup | null
  AfterDescriptionComment: CommentGroup | null
}

export type DefinitionKind = 'SCALAR' | 'OBJECT' | 'INTERFACE' | 'UNION' | 'ENUM' | 'INPUT_OBJECT'

export interface ArgumentDefinition extends Described {
  Name: string
  DefaultValue: Value | null
  Type: Type
  Directives: Directive[]
}

export interface FieldDefinition extends ArgumentDefinition {
  Arguments: ArgumentDefinition[]
}

export interface EnumValueDefinition extends Described {
  Name: string
  Directives: Directive[]
}

export interface Definition extends Described {
  Kind: DefinitionKind
  Name: string
  Directives: Directive[]
  Interfaces: string[]
  Fields: FieldDefinition[]
  Types: string[]
  EnumValues: EnumValueDefinition[]
  BuiltIn: boolean
  EndOfDefinitionComment: CommentGroup | null
}

export interface DirectiveDefinition extends Described {
  Name: string
  Arguments: ArgumentDefinition[]
  Locations: string[]
  IsRepeatable: boolean
}

export interface OperationTypeDefinition {
  Operation: string
  Type: string
  Comment: CommentGroup | null
}

export interface SchemaDefinition extends Described {
  Directives: Directive[]
  OperationTypes: OperationTypeDefinition[]
  EndOfDefinitionComment: CommentGroup | null
}

export interface SchemaDocument {
  Schema: SchemaDefinition[]
  SchemaExtension: SchemaDefinition[]
  Directives: DirectiveDefinition[]
  Definitions: Definition[]
  Extensions: Definition[]
  Comment: CommentGroup | null
}
