import type { QueryDocument, Selection } from '../nodes.ts'
import type { Definition } from '../schema-nodes.ts'
import { isCompositeType, named } from '../types.ts'
import type { Visitor, Walk } from '../walk.ts'
import { invalid } from './invalid.ts'

/** FragmentsOnCompositeTypes, KnownTypeNames, KnownFragmentNames, PossibleFragmentSpreads. */
export function fragmentRules(walk: Walk): Visitor {
  const { types } = walk.schema
  return {
    fragment: (_, type) => {
      if (!type || !isCompositeType(type)) throw invalid('fragment on no composite type')
    },
    inline: ({ TypeCondition }, parent) => {
      const type = types.get(TypeCondition)
      if (TypeCondition !== '' && !type) throw invalid(`unknown type ${TypeCondition}`)
      if (type && !isCompositeType(type)) throw invalid('fragment on no composite type')
      checkPossible(parent, type, walk)
    },
    spread: ({ Name }, parent) => {
      const fragment = walk.fragment(Name)
      if (!fragment) throw invalid(`unknown fragment ${Name}`)
      checkPossible(parent, types.get(fragment.TypeCondition), walk)
    },
  }
}

function checkPossible(
  parent: Definition | undefined,
  type: Definition | undefined,
  { schema: { possibleTypes } }: Walk,
): void {
  if (!parent || !type || !isCompositeType(parent) || !isCompositeType(type)) return
  const parents = parent.Kind === 'OBJECT' ? [parent] : (possibleTypes.get(parent.Name) ?? [])
  const names = new Set(parents.map((each) => each?.Name))
  const fits = (possibleTypes.get(type.Name) ?? []).some((each) => names.has(each?.Name))
  if (!fits) throw invalid('fragment can never be of this type')
}

/** NoUnusedFragments, with gqlparser's gap: what the first fragment spreads counts as used. */
export function usageRules(): Visitor {
  const used = new Set<string>()
  let isWithinFragments = false
  return {
    spread: ({ Name }) => {
      if (!isWithinFragments) used.add(Name)
    },
    fragment: ({ Name }) => {
      isWithinFragments = true
      if (!used.has(Name)) throw invalid(`fragment ${Name} is never used`)
    },
  }
}

/** NoFragmentCycles. */
export function checkCycles({ Fragments }: QueryDocument): void {
  const visited = new Set<string>()
  const visit = (name: string, path: ReadonlySet<string>): void => {
    if (path.has(name)) throw invalid(`fragment ${name} within itself`)
    if (visited.has(name)) return
    visited.add(name)
    const within = new Set([...path, name])
    for (const spread of spreadsOf(named(Fragments, name)?.SelectionSet ?? []))
      visit(spread, within)
  }
  for (const { Name } of Fragments) visit(Name, new Set())
}

function spreadsOf(selections: readonly Selection[]): readonly string[] {
  return selections.flatMap((selection) =>
    selection.node === 'FragmentSpread' ? [selection.Name] : spreadsOf(selection.SelectionSet),
  )
}
