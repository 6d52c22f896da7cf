/** An exchange with a peer: what it said, and what is said now. */
export interface Replayed {
  readonly label: string
  readonly recorded: unknown
  readonly said: unknown
}

/** By dotted path into what was recorded; the path `` is all of it. */
export type Said = Readonly<Record<string, unknown>>

/** A copy of `recorded` in which `said` stands at its paths. */
export function changed(recorded: unknown, said: Said): unknown {
  if ('' in said) return said['']
  const copy = structuredClone(recorded)
  for (const [path, value] of Object.entries(said)) {
    const names = path.split('.')
    const parent = at(copy, names.slice(0, -1).join('.')) as Record<string, unknown>
    parent[names.at(-1) ?? ''] = value
  }
  return copy
}

export function at(value: unknown, path: string): unknown {
  const names = path === '' ? [] : path.split('.')
  return names.reduce(
    (inner, name) => (inner as Record<string, unknown> | undefined)?.[name],
    value,
  )
}
