import type { Policy } from './policy.ts'
import type { Survey, Surveys } from './survey.ts'

/**
 * For each policy the others that its unit needs: those it may refer to, those they may refer to, and so on. Policies
 * whose names are in each other's way need each other, so that the compiler says so.
 */
export function reachOf(surveys: Surveys): ReadonlyMap<Policy, readonly Policy[]> {
  const places = placesOf(surveys)
  const next = new Map([...surveys].map(([policy, survey]) => [policy, nextTo(survey, places)]))
  return new Map([...surveys.keys()].map((policy) => [policy, reachedFrom(policy, next)]))
}

type Index = Map<string, Policy[]>

/** Who has something at a path. */
interface Places {
  readonly packages: Index
  readonly rules: Index
  /** Packages or rules below the path. */
  readonly below: Index
}

function placesOf(surveys: Surveys): Places {
  const places: Places = { packages: new Map(), rules: new Map(), below: new Map() }
  for (const [policy, { packages, rules }] of surveys) {
    for (const path of packages) add(places.packages, path, policy)
    for (const path of rules) add(places.rules, path, policy)
    const above = new Set([...packages, ...rules].flatMap(pathsAbove))
    for (const path of above) add(places.below, path, policy)
  }
  return places
}

function add(index: Index, path: string, policy: Policy): void {
  const there = index.get(path)
  if (there) there.push(policy)
  else index.set(path, [policy])
}

/** A reference meets what is at its path or below, and a rule above, whose value it looks into. */
function nextTo({ packages, rules, refs }: Survey, places: Places): ReadonlySet<Policy> {
  const met = new Set<Policy>()
  const meet = (index: Index, path: string): void => index.get(path)?.forEach((it) => met.add(it))
  for (const path of [...refs, ...rules]) {
    for (const index of [places.packages, places.rules, places.below]) meet(index, path)
    for (const above of pathsAbove(path)) meet(places.rules, above)
  }
  for (const path of packages) {
    meet(places.packages, path)
    for (const rule of [path, ...pathsAbove(path)]) meet(places.rules, rule)
  }
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

/** `a/b/c`: `a/b`, `a`, and all of `data`. */
function pathsAbove(path: string): readonly string[] {
  const paths: string[] = []
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
    paths.push(path.slice(0, end))
  if (path !== '') paths.push('')
  return paths
}
