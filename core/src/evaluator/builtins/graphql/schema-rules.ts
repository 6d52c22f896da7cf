import { BuiltinError } from '../operand.ts'
import { checkImplements } from './implements.ts'
import { checkDirectives, checkName } from './schema-directives.ts'
import type {
  ArgumentDefinition,
  Definition,
  DirectiveDefinition,
  FieldDefinition,
} from './schema-nodes.ts'
import type { Schema } from './schema.ts'
import { isInputType, isOutputType, typeName } from './types.ts'

export type Rules = Pick<Schema, 'types' | 'directives' | 'possibleTypes'>

/** One type with its extensions. Throws a `BuiltinError`. */
export function checkDefinition(definition: Definition, schema: Rules): void {
  for (const field of definition.Fields) checkField(field, definition, schema)
  for (const name of definition.Types)
    if (schema.types.get(name)?.Kind !== 'OBJECT') throw new BuiltinError(`no object ${name}`)
  for (const name of definition.Interfaces) checkImplements(definition, name, schema)
  checkKind(definition, schema)
  checkUnique(definition.Fields.map(({ Name }) => Name))
  checkUnique(definition.EnumValues.map(({ Name }) => Name))
  checkUnique(definition.Types)
  if (!definition.BuiltIn) checkName(definition.Name)
  checkDirectives(definition.Directives, schema, { location: definition.Kind, isOnePlace: false })
}

function checkField(field: FieldDefinition, { Kind }: Definition, schema: Rules): void {
  checkName(field.Name)
  typeOf(field, schema)
  checkArguments(field.Arguments, schema)
  const location = Kind === 'INPUT_OBJECT' ? 'INPUT_FIELD_DEFINITION' : 'FIELD_DEFINITION'
  checkDirectives(field.Directives, schema, { location, isOnePlace: true })
}

function typeOf(
  { Type }: { readonly Type: ArgumentDefinition['Type'] },
  schema: Rules,
): Definition {
  const definition = schema.types.get(typeName(Type))
  if (!definition) throw new BuiltinError(`undefined type ${typeName(Type)}`)
  return definition
}

function checkArguments(
  list: readonly ArgumentDefinition[],
  schema: Rules,
  within?: DirectiveDefinition,
): void {
  for (const argument of list) {
    checkName(argument.Name)
    if (!isInputType(typeOf(argument, schema)))
      throw new BuiltinError(`${argument.Name} is no input type`)
    const place = { location: 'ARGUMENT_DEFINITION', isOnePlace: true, within: within?.Name }
    checkDirectives(argument.Directives, schema, place)
  }
}

function checkKind(definition: Definition, schema: Rules): void {
  const { Kind, Fields } = definition
  if (Kind === 'ENUM') checkEnum(definition, schema)
  if (Kind !== 'OBJECT' && Kind !== 'INTERFACE' && Kind !== 'INPUT_OBJECT') return
  if (Fields.length === 0) throw new BuiltinError('must define one or more fields')
  const isAllowed = Kind === 'INPUT_OBJECT' ? isInputType : isOutputType
  if (!Fields.every((field) => isAllowed(typeOf(field, schema))))
    throw new BuiltinError('a field is of a kind that is not allowed')
}

function checkEnum({ EnumValues }: Definition, schema: Rules): void {
  if (EnumValues.length === 0) throw new BuiltinError('must define one or more enum values')
  for (const { Name, Directives } of EnumValues) {
    if (/^(?:true|false|null)$/.test(Name)) throw new BuiltinError(`non-enum value ${Name}`)
    checkDirectives(Directives, schema, { location: 'ENUM_VALUE', isOnePlace: true })
  }
}

function checkUnique(names: readonly string[]): void {
  if (new Set(names).size < names.length) throw new BuiltinError('can only be defined once')
}

export function checkDirectiveDefinition(definition: DirectiveDefinition, schema: Rules): void {
  checkName(definition.Name)
  checkArguments(definition.Arguments, schema, definition)
}

/** An input object must not need itself. */
export function checkInputCycles({ types }: Rules): void {
  const visited = new Set<string>()
  const path = new Set<string>()
  const visit = (definition: Definition): void => {
    if (path.has(definition.Name)) throw new BuiltinError('circular input objects')
    if (visited.has(definition.Name)) return
    visited.add(definition.Name)
    path.add(definition.Name)
    for (const { Type } of definition.Fields) {
      const inner = Type.NonNull ? types.get(Type.NamedType) : undefined
      if (inner?.Kind === 'INPUT_OBJECT') visit(inner)
    }
    path.delete(definition.Name)
  }
  for (const definition of types.values()) if (definition.Kind === 'INPUT_OBJECT') visit(definition)
}
