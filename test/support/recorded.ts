import { expect } from 'vitest'

/** An exchange with a peer: what it said, and what is said now. */
export interface Replayed {
  readonly label: string
  readonly recorded: unknown
  readonly said: unknown
}

/** By dotted path into what was recorded; the path `` is all of it. */
export type Said = Readonly<Record<string, unknown>>

/** Where something else is said than was recorded, because it is meant. */
interface Difference {
  readonly label: string
  readonly said: Said
}

/** What is said is what was recorded, but for the differences. */
export function expectAsRecorded(
  replayed: readonly Replayed[],
  differences: readonly Difference[],
): void {
  for (const { label, recorded, said } of replayed) {
    const difference = differences.find((each) => each.label === label)
    expect({ label, said }).toEqual({ label, said: changed(recorded, difference?.said ?? {}) })
  }
}

/** Each difference is one: none is there for nothing. */
export function expectToDiffer(
  replayed: readonly Replayed[],
  differences: readonly Difference[],
): void {
  for (const { label, said } of differences) {
    const exchange = replayed.find((each) => each.label === label)
    for (const [path, value] of Object.entries(said))
      expect([label, path, at(exchange?.recorded, path)]).not.toEqual([label, path, value])
  }
}

/** A copy of `recorded` in which `said` stands at its paths. */
function changed(recorded: unknown, said: Said): unknown {
  if ('' in said) return said['']
  const copy = structuredClone(recorded)
  for (const [path, value] of Object.entries(said)) {
    const names = path.split('.')
    const parent = at(copy, names.slice(0, -1).join('.')) as Record<string, unknown>
    parent[names.at(-1) ?? ''] = value
  }
  return copy
}

function at(value: unknown, path: string): unknown {
  const names = path === '' ? [] : path.split('.')
  return names.reduce(
    (inner, name) => (inner as Record<string, unknown> | undefined)?.[name],
    value,
  )
}
