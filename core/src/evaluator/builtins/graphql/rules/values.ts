import { valueKinds, type Value } from '../nodes.ts'
import type { Definition } from '../schema-nodes.ts'
import { named } from '../types.ts'
import type { ValueFacts, Visitor } from '../walk.ts'
import { invalid } from './invalid.ts'

const builtIn = new Set(['Int', 'Float', 'String', 'Boolean', 'ID'])

/** ValuesOfCorrectType, UniqueInputFieldNames. */
export function valueRules(): Visitor {
  return {
    value: (value, facts) => {
      if (value.Kind === valueKinds.object) checkUnique(value)
      if (!facts?.definition) return
      if (value.Kind === valueKinds.null && facts.type.NonNull) throw invalid('null')
      // Other scalars take what they like.
      if (facts.definition.Kind === 'SCALAR' && !builtIn.has(facts.definition.Name)) return
      if (!isInRange(value) || !isOfType(value, facts, facts.definition))
        throw invalid(`value of type ${facts.definition.Name}`)
    },
  }
}

function checkUnique({ Children }: Value): void {
  if (new Set(Children.map(({ Name }) => Name)).size < Children.length)
    throw invalid('an input field comes twice')
}

/** Whether Go can read the numbers, wherever they are: 64 bits, and no infinity. */
function isInRange({ Kind, Raw, Children }: Value): boolean {
  if (Kind === valueKinds.int) return BigInt.asIntN(64, BigInt(Raw)) === BigInt(Raw)
  if (Kind === valueKinds.float) return Number.isFinite(Number(Raw))
  return Children.every((child) => isInRange(child.Value))
}

function isOfType(value: Value, { type }: ValueFacts, definition: Definition): boolean {
  const { Name, Kind, EnumValues } = definition
  switch (value.Kind) {
    case valueKinds.null:
    case valueKinds.variable:
      return true
    case valueKinds.list:
      return type.Elem !== null
    case valueKinds.int:
      return Name === 'Int' || Name === 'Float' || Name === 'ID'
    case valueKinds.float:
      return Name === 'Float'
    case valueKinds.string:
    case valueKinds.block:
      return Kind !== 'ENUM' && (Name === 'String' || Name === 'ID')
    case valueKinds.enum:
      return Kind === 'ENUM' && named(EnumValues, value.Raw) !== undefined
    case valueKinds.boolean:
      return Name === 'Boolean'
    case valueKinds.object:
      return isObject(value, definition)
  }
}

function isObject({ Children }: Value, { Fields, Directives }: Definition): boolean {
  const hasRequired = Fields.every(
    ({ Name, Type, DefaultValue }) => !Type.NonNull || DefaultValue || named(Children, Name),
  )
  const [only] = Children
  const isOneOf = named(Directives, 'oneOf') !== undefined
  const isOne = Children.length === 1 && only?.Value.Kind !== valueKinds.null
  return hasRequired && (!isOneOf || isOne) && Children.every(({ Name }) => named(Fields, Name))
}
