import { flag, list, object, oneOf, optional, required, text, type Read } from './decode.ts'
import { comment, directive, type, value } from './query-shapes.ts'
import type {
  ArgumentDefinition,
  Definition,
  DefinitionKind,
  DirectiveDefinition,
  EnumValueDefinition,
  FieldDefinition,
  OperationTypeDefinition,
  SchemaDefinition,
  SchemaDocument,
} from './schema-nodes.ts'

const kinds: readonly DefinitionKind[] = [
  'SCALAR',
  'OBJECT',
  'INTERFACE',
  'UNION',
  'ENUM',
  'INPUT_OBJECT',
]

const described = {
  Description: text,
  BeforeDescriptionComment: comment,
  AfterDescriptionComment: comment,
} as const

const argument: Read<ArgumentDefinition> = object(() => ({
  ...described,
  Name: text,
  DefaultValue: optional(value),
  Type: required(type),
  Directives: list(directive),
}))

const field: Read<FieldDefinition> = object(() => ({
  ...described,
  Name: text,
  Arguments: list(argument),
  DefaultValue: optional(value),
  Type: required(type),
  Directives: list(directive),
}))

const enumValue: Read<EnumValueDefinition> = object(() => ({
  ...described,
  Name: text,
  Directives: list(directive),
}))

const definition: Read<Definition> = object(() => ({
  ...described,
  Kind: oneOf(kinds),
  Name: text,
  Directives: list(directive),
  Interfaces: list(text),
  Fields: list(field),
  Types: list(text),
  EnumValues: list(enumValue),
  BuiltIn: flag,
  EndOfDefinitionComment: comment,
}))

const directiveDefinition: Read<DirectiveDefinition> = object(() => ({
  ...described,
  Name: text,
  Arguments: list(argument),
  Locations: list(text),
  IsRepeatable: flag,
}))

const operationType: Read<OperationTypeDefinition> = object(() => ({
  Operation: text,
  Type: text,
  Comment: comment,
}))

const schemaDefinition: Read<SchemaDefinition> = object(() => ({
  ...described,
  Directives: list(directive),
  OperationTypes: list(operationType),
  EndOfDefinitionComment: comment,
}))

export const schemaDocument: Read<SchemaDocument> = object(() => ({
  Schema: list(schemaDefinition),
  SchemaExtension: list(schemaDefinition),
  Directives: list(directiveDefinition),
  Definitions: list(definition),
  Extensions: list(definition),
  Comment: comment,
}))
