import type { RegoValue } from '../../value.ts'
import type { Run } from './run.ts'

const replaced = new WeakMap<object, readonly (readonly string[])[]>()

/** The paths to those parts of data that `with` replaced: all of it, if this is no copy of the document. */
export function replacedParts(
  data: RegoValue | undefined,
  { document }: Run,
): readonly (readonly string[])[] {
  if (data === document) return []
  return (typeof data === 'object' && data !== null && replaced.get(data)) || [[]]
}

/** OPA's planner also replaces the whole of data, by what it was before: that is to be what it was. */
export function noteReplaced(
  run: Run,
  before: RegoValue | undefined,
  path: readonly string[],
): void {
  const { data } = run
  if (path.length === 0 || typeof data !== 'object' || data === null) return
  replaced.set(data, [...replacedParts(before, run), path])
}
