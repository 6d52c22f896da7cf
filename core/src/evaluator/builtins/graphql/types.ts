import type { Type } from './nodes.ts'
import type { Definition, DefinitionKind } from './schema-nodes.ts'

/** The name within the lists. */
export function typeName(type: Type): string {
  return type.NamedType === '' && type.Elem ? typeName(type.Elem) : type.NamedType
}

/** Whether a value of the one type will do where the other is asked for. */
export function isCompatible(type: Type, other: Type): boolean {
  if (type.NamedType !== other.NamedType) return false
  if (type.Elem && (!other.Elem || !isCompatible(type.Elem, other.Elem))) return false
  return !other.NonNull || type.NonNull
}

const inputKinds: readonly DefinitionKind[] = ['SCALAR', 'ENUM', 'INPUT_OBJECT']
const outputKinds: readonly DefinitionKind[] = ['SCALAR', 'OBJECT', 'INTERFACE', 'UNION', 'ENUM']
const compositeKinds: readonly DefinitionKind[] = ['OBJECT', 'INTERFACE', 'UNION']

export function isInputType({ Kind }: Definition): boolean {
  return inputKinds.includes(Kind)
}

export function isOutputType({ Kind }: Definition): boolean {
  return outputKinds.includes(Kind)
}

export function isCompositeType({ Kind }: Definition): boolean {
  return compositeKinds.includes(Kind)
}

export function isLeafType({ Kind }: Definition): boolean {
  return Kind === 'SCALAR' || Kind === 'ENUM'
}

export function named<Item extends { readonly Name: string }>(
  items: readonly Item[],
  name: string,
): Item | undefined {
  return items.find(({ Name }) => Name === name)
}
