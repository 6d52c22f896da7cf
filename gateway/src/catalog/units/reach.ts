import type { Policy } from '../policies/policy.ts'
import type { Paths, Survey, Surveys } from './survey.ts'

/**
 * For each policy the others that its unit needs: those it may refer to, those they may refer to, and so on. Policies
 * whose names are in each other's way need each other, so that the compiler says so.
 */
export function reachOf(surveys: Surveys): ReadonlyMap<Policy, readonly Policy[]> {
  const places = placesOf(surveys)
  const next = new Map([...surveys].map(([policy, { looks }]) => [policy, nextTo(looks, places)]))
  return new Map([...surveys.keys()].map((policy) => [policy, reachedFrom(policy, next)]))
}

type Index = Map<string, Policy[]>
type Places = Readonly<Record<keyof Paths, Index>>

const kinds = ['packages', 'rules', 'above'] as const

/** Who has something at a path. */
function placesOf(surveys: Surveys): Places {
  const places: Places = { packages: new Map(), rules: new Map(), above: new Map() }
  for (const [policy, { has }] of surveys)
    for (const kind of kinds) for (const path of has[kind]) add(places[kind], path, policy)
  return places
}

function add(index: Index, path: string, policy: Policy): void {
  const there = index.get(path)
  if (there) there.push(policy)
  else index.set(path, [policy])
}

function nextTo(looks: Survey['looks'], places: Places): ReadonlySet<Policy> {
  const met = new Set<Policy>()
  for (const kind of kinds)
    for (const path of looks[kind])
      for (const policy of places[kind].get(path) ?? []) met.add(policy)
  return met
}

function reachedFrom(
  start: Policy,
  next: ReadonlyMap<Policy, ReadonlySet<Policy>>,
): readonly Policy[] {
  const reached = new Set([start])
  for (const policy of reached) for (const other of next.get(policy) ?? []) reached.add(other)
  reached.delete(start)
  return [...reached]
}
