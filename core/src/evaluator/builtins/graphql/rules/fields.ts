import type { Argument, Field, FragmentSpread, Selection } from '../nodes.ts'
import type { ArgumentDefinition } from '../schema-nodes.ts'
import { isLeafType, named, typeName } from '../types.ts'
import type { Visitor, Walk } from '../walk.ts'
import { invalid } from './invalid.ts'

/** FieldsOnCorrectType, ScalarLeafs, KnownArgumentNames, ProvidedRequiredArguments, UniqueArgumentNames. */
export function fieldRules({ schema }: Walk): Visitor {
  return {
    field: (field, { parent, definition }) => {
      if (parent && !definition) throw invalid(`cannot query field ${field.Name}`)
      checkUniqueArguments(field.Arguments)
      if (!definition) return
      if (parent) checkKnownArguments(field.Arguments, definition.Arguments)
      checkRequiredArguments(field.Arguments, definition.Arguments)
      const type = schema.types.get(typeName(definition.Type))
      if (type && isLeafType(type) !== (field.SelectionSet.length === 0))
        throw invalid(`selection of ${field.Name}`)
    },
  }
}

export function checkUniqueArguments(given: readonly Argument[]): void {
  if (new Set(given.map(({ Name }) => Name)).size < given.length)
    throw invalid('an argument comes twice')
}

export function checkKnownArguments(
  given: readonly Argument[],
  definitions: readonly ArgumentDefinition[],
): void {
  for (const { Name } of given)
    if (!named(definitions, Name)) throw invalid(`unknown argument ${Name}`)
}

export function checkRequiredArguments(
  given: readonly Argument[],
  definitions: readonly ArgumentDefinition[],
): void {
  for (const { Name, Type, DefaultValue } of definitions)
    if (Type.NonNull && !DefaultValue && !named(given, Name))
      throw invalid(`argument ${Name} is required`)
}

const listFields = new Set(['fields', 'interfaces', 'possibleTypes', 'inputFields'])
const mostLists = 3

/** MaxIntrospectionDepth: lists within lists of types could be asked for without end. */
export function introspectionRules(walk: Walk): Visitor {
  return {
    field: (field) => {
      if (field.Name !== '__schema' && field.Name !== '__type') return
      if (isTooDeep(field, 0, new Set())) throw invalid('maximum introspection depth exceeded')
    },
  }

  function isTooDeep(field: Field, above: number, within: ReadonlySet<string>): boolean {
    const depth = listFields.has(field.Name) ? above + 1 : above
    return depth >= mostLists || areTooDeep(field.SelectionSet, depth, within)
  }

  function areTooDeep(
    selections: readonly Selection[],
    depth: number,
    within: ReadonlySet<string>,
  ): boolean {
    return selections.some((selection) => {
      if (selection.node === 'Field') return isTooDeep(selection, depth, within)
      if (selection.node === 'InlineFragment')
        return areTooDeep(selection.SelectionSet, depth, within)
      return isSpreadTooDeep(selection, depth, within)
    })
  }

  function isSpreadTooDeep(
    { Name }: FragmentSpread,
    depth: number,
    within: ReadonlySet<string>,
  ): boolean {
    const fragment = within.has(Name) ? undefined : walk.fragment(Name)
    if (!fragment) return false
    return areTooDeep(fragment.SelectionSet, depth, new Set([...within, Name]))
  }
}
