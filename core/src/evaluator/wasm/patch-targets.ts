import type { PatchOperation } from '../../bundle/patch.ts'
import { isJsonObject } from '../../json/equal.ts'
import type { Json } from '../../json/json.ts'
import { parsePointer } from '../../json/pointer.ts'

/** A place that is reached through objects alone, and what is there afterwards: `undefined` is nothing. */
export type Target = { readonly path: readonly string[]; readonly value: Json | undefined }

/**
 * What a patch comes to, for memory that knows no arrays on a path: the nearest places above that it does know, with
 * their value in `document`, which is the one after the patch. `undefined` where one operation made what another goes
 * through, or the whole was replaced.
 */
export function targetsOf(
  document: Json,
  operations: readonly PatchOperation[],
): readonly Target[] | undefined {
  const paths = operations.map(({ path }) => parsePointer(path))
  const targets = paths.map((path) => targetOf(document, path))
  const isEntangled = targets.some(
    ({ path }) => path.length === 0 || paths.some((other) => isAbove(other, path)),
  )
  return isEntangled ? undefined : targets
}

function targetOf(document: Json, path: readonly string[]): Target {
  let value: Json | undefined = document
  for (const [depth, segment] of path.entries()) {
    if (!isJsonObject(value)) return { path: path.slice(0, depth), value }
    value = Object.hasOwn(value, segment) ? value[segment] : undefined
    if (value === undefined) return { path: path.slice(0, depth + 1), value }
  }
  return { path, value }
}

function isAbove(path: readonly string[], other: readonly string[]): boolean {
  return path.length < other.length && path.every((segment, depth) => segment === other[depth])
}
