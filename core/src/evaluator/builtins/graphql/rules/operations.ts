import type { OperationDefinition, QueryDocument, Selection } from '../nodes.ts'
import { isRootOperation } from '../schema.ts'
import type { Visitor, Walk } from '../walk.ts'
import { invalid } from './invalid.ts'

/** KnownRootType, SingleFieldSubscriptions. */
export function operationRules(walk: Walk): Visitor {
  return {
    operation: (operation) => {
      const { Operation } = operation
      if (!isRootOperation(Operation)) throw new RangeError(`gqlparser fails on ${Operation}`)
      if (!walk.schema.roots[Operation]) throw invalid(`no ${Operation} in the schema`)
      if (Operation === 'subscription') checkSubscription(operation, walk)
    },
  }
}

function checkSubscription({ SelectionSet }: OperationDefinition, walk: Walk): void {
  const names = new Set(topNames(SelectionSet, walk, new Set()))
  if (names.size > 1) throw invalid('a subscription selects one field')
  if ([...names].some((name) => name.startsWith('__')))
    throw invalid('a subscription does not introspect')
}

function topNames(
  selections: readonly Selection[],
  walk: Walk,
  seen: Set<string>,
): readonly string[] {
  const names: string[] = []
  for (const selection of selections) {
    if (selection.node === 'Field') names.push(selection.Name)
    if (selection.node === 'InlineFragment')
      names.push(...topNames(selection.SelectionSet, walk, seen))
    if (selection.node !== 'FragmentSpread' || seen.has(selection.Name)) continue
    seen.add(selection.Name)
    names.push(...topNames(walk.fragment(selection.Name)?.SelectionSet ?? [], walk, seen))
  }
  return names
}

/** LoneAnonymousOperation, UniqueOperationNames, UniqueFragmentNames, UniqueVariableNames. */
export function checkNames({ Operations, Fragments }: QueryDocument): void {
  const names = Operations.map(({ Name }) => Name)
  if (names.length > 1 && names.includes('')) throw invalid('an anonymous operation is alone')
  checkUnique(names)
  checkUnique(Fragments.map(({ Name }) => Name))
  for (const { VariableDefinitions } of Operations)
    checkUnique(VariableDefinitions.map(({ Variable }) => Variable))
}

function checkUnique(names: readonly string[]): void {
  if (new Set(names).size < names.length) throw invalid('a name comes twice')
}
