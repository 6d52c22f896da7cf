import { compareStrings } from '../../../value.ts'
import type {
  Argument,
  ChildValue,
  Field,
  FragmentSpread,
  Selection,
  Type,
  Value,
} from '../nodes.ts'
import { valueKinds } from '../nodes.ts'
import { isLeafType } from '../types.ts'
import type { Visitor, Walk } from '../walk.ts'
import { invalid } from './invalid.ts'

/** Fields by the name of their answer, and the fragments spread among them. */
interface Collected {
  readonly fields: ReadonlyMap<string, readonly Field[]>
  readonly spreads: readonly FragmentSpread[]
}

/** OverlappingFieldsCanBeMerged: two answers of one name must be one answer. */
export function overlapRules(walk: Walk): Visitor {
  const comparison = new Comparison(walk)
  return {
    operation: ({ SelectionSet }) => comparison.checkWithin(SelectionSet),
    field: ({ SelectionSet }) => {
      if (walk.operation) comparison.checkWithin(SelectionSet)
    },
    inline: ({ SelectionSet }) => comparison.checkWithin(SelectionSet),
    fragment: ({ SelectionSet }) => comparison.checkWithin(SelectionSet),
  }
}

class Comparison {
  readonly #walk: Walk
  /** Pairs of fragments that were compared, and whether only as alternatives to each other. */
  readonly #pairs = new Map<string, boolean>()
  #compared = new Set<string>()

  constructor(walk: Walk) {
    this.#walk = walk
  }

  checkWithin(selections: readonly Selection[]): void {
    const { fields, spreads } = collect(selections)
    for (const alike of fields.values())
      for (const [at, first] of alike.entries())
        for (const second of alike.slice(at + 1)) this.#fields(first, second, false)
    this.#compared = new Set()
    for (const [at, spread] of spreads.entries()) {
      this.#fieldsAndFragment(fields, spread, false)
      for (const other of spreads.slice(at + 1)) this.#fragments(spread, other, false)
    }
  }

  #fieldsAndFragment(
    fields: Collected['fields'],
    { Name }: FragmentSpread,
    areAlternatives: boolean,
  ): void {
    if (this.#compared.has(Name)) return
    this.#compared.add(Name)
    const other = this.#collected(Name)
    if (!other) return
    this.#between(fields, other.fields, areAlternatives)
    for (const spread of other.spreads)
      if (spread.Name !== Name) this.#fieldsAndFragment(fields, spread, areAlternatives)
  }

  #fragments(first: FragmentSpread, second: FragmentSpread, areAlternatives: boolean): void {
    if (first.Name === second.Name) return
    const pair = [first.Name, second.Name].sort().join(' ')
    const known = this.#pairs.get(pair)
    if (known === false || (known === true && areAlternatives)) return
    this.#pairs.set(pair, areAlternatives)
    const [own, other] = [this.#collected(first.Name), this.#collected(second.Name)]
    if (!own || !other) return
    this.#between(own.fields, other.fields, areAlternatives)
    for (const spread of other.spreads) this.#fragments(first, spread, areAlternatives)
    for (const spread of own.spreads) this.#fragments(spread, second, areAlternatives)
  }

  #between(
    fields: Collected['fields'],
    others: Collected['fields'],
    areAlternatives: boolean,
  ): void {
    for (const [name, alike] of fields)
      for (const first of alike)
        for (const second of others.get(name) ?? []) this.#fields(first, second, areAlternatives)
  }

  /** Fields of different objects are alternatives: they may differ, but not in what kind of answer they are. */
  #fields(first: Field, second: Field, areAlternatives: boolean): void {
    const [own, other] = [this.#walk.fields.get(first), this.#walk.fields.get(second)]
    if (!own?.parent || !other?.parent) return
    const areObjects = own.parent.Kind === 'OBJECT' && other.parent.Kind === 'OBJECT'
    const areKnown = own.definition !== undefined && other.definition !== undefined
    const areApart = areObjects && areKnown && own.parent.Name !== other.parent.Name
    const differ = areAlternatives || areApart
    if (!differ && (first.Name !== second.Name || !isSameArguments(first, second)))
      throw invalid(`fields ${first.Alias} conflict`)
    if (
      own.definition &&
      other.definition &&
      this.#isConflict(own.definition.Type, other.definition.Type)
    )
      throw invalid(`types of ${first.Alias} conflict`)
    this.#selections(first.SelectionSet, second.SelectionSet, differ)
  }

  #selections(
    first: readonly Selection[],
    second: readonly Selection[],
    areAlternatives: boolean,
  ): void {
    const [own, other] = [collect(first), collect(second)]
    this.#between(own.fields, other.fields, areAlternatives)
    for (const spread of other.spreads) {
      this.#compared = new Set()
      this.#fieldsAndFragment(own.fields, spread, areAlternatives)
    }
    for (const spread of own.spreads) {
      this.#compared = new Set()
      this.#fieldsAndFragment(other.fields, spread, areAlternatives)
    }
    for (const spread of own.spreads)
      for (const another of other.spreads) this.#fragments(spread, another, areAlternatives)
  }

  #collected(name: string): Collected | undefined {
    const fragment = this.#walk.fragment(name)
    return fragment && collect(fragment.SelectionSet)
  }

  #isConflict(first: Type, second: Type): boolean {
    if (first.Elem && second.Elem) return this.#isConflict(first.Elem, second.Elem)
    if (first.Elem || second.Elem) return true
    if (first.NonNull !== second.NonNull) return true
    const { types } = this.#walk.schema
    const [own, other] = [types.get(first.NamedType), types.get(second.NamedType)]
    if (!own || !other) throw new RangeError('gqlparser fails on a type there is none of')
    return isLeafType(own) && isLeafType(other) && own.Name !== other.Name
  }
}

function collect(selections: readonly Selection[]): Collected {
  const fields = new Map<string, Field[]>()
  const spreads: FragmentSpread[] = []
  const add = (selection: Selection): void => {
    if (selection.node === 'FragmentSpread') spreads.push(selection)
    else if (selection.node === 'InlineFragment') selection.SelectionSet.forEach(add)
    else {
      const name = selection.Alias === '' ? selection.Name : selection.Alias
      fields.set(name, [...(fields.get(name) ?? []), selection])
    }
  }
  selections.forEach(add)
  return { fields, spreads }
}

function isSameArguments({ Arguments: first }: Field, { Arguments: second }: Field): boolean {
  const isIn = (argument: Argument): boolean =>
    second.some(({ Name, Value: value }) => Name === argument.Name && isSame(argument.Value, value))
  return first.length === second.length && first.every(isIn)
}

function isSame(first: Value, second: Value): boolean {
  const { length } = first.Children
  if (first.Kind !== second.Kind || first.Raw !== second.Raw || length !== second.Children.length)
    return false
  const others = inOrder(second)
  return inOrder(first).every(({ Name, Value: value }, at) => {
    const other = others[at]
    return other?.Name === Name && isSame(value, other.Value)
  })
}

/** Members of an object by name, by which they are found; the order of what is in a list counts. */
function inOrder({ Kind, Children }: Value): readonly ChildValue[] {
  if (Kind !== valueKinds.object) return Children
  return [...Children].sort((first, second) => compareStrings(first.Name, second.Name))
}
