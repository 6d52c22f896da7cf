import { BuiltinError } from '../operand.ts'
import type { Type } from './nodes.ts'
import type { Definition, FieldDefinition } from './schema-nodes.ts'
import type { Rules } from './schema-rules.ts'
import { isCompatible, named } from './types.ts'

/** Whether a type has what an interface asks for. Throws a `BuiltinError`. */
export function checkImplements(definition: Definition, name: string, schema: Rules): void {
  const contract = schema.types.get(name)
  if (contract?.Kind !== 'INTERFACE') throw new BuiltinError(`no interface ${name}`)
  for (const required of contract.Fields) {
    const found = named(definition.Fields, required.Name)
    if (!found || !isCovariant(required.Type, found.Type, schema))
      throw new BuiltinError(`to implement ${name} it must have ${required.Name}`)
    checkArguments(required, found)
  }
  for (const ancestor of contract.Interfaces)
    if (!definition.Interfaces.includes(ancestor))
      throw new BuiltinError(`must implement ${ancestor} or would be circular`)
}

function checkArguments(required: FieldDefinition, found: FieldDefinition): void {
  for (const argument of required.Arguments) {
    const own = named(found.Arguments, argument.Name)
    if (!own || !isCompatible(argument.Type, own.Type))
      throw new BuiltinError(`must have the same argument ${argument.Name}`)
  }
  for (const { Name, Type, DefaultValue } of found.Arguments)
    if (!named(required.Arguments, Name) && Type.NonNull && !DefaultValue)
      throw new BuiltinError(`additional argument ${Name} must be optional`)
}

function isCovariant(required: Type, actual: Type, schema: Rules): boolean {
  if (required.NonNull && !actual.NonNull) return false
  if (required.NamedType !== '') return isPossible(required.NamedType, actual.NamedType, schema)
  if (!required.Elem || !actual.Elem) return false
  return isCovariant(required.Elem, actual.Elem, schema)
}

function isPossible(name: string, actual: string, { possibleTypes }: Rules): boolean {
  if (name === actual) return true
  return (possibleTypes.get(name) ?? []).some((type) => {
    if (!type) throw new RangeError('gqlparser fails on a union of undefined types')
    return type.Name === actual
  })
}
