import type { PatchOperation } from '@vedette/core/bundle/patch'
import { equalJson, isJsonObject } from '@vedette/core/json/equal'
import type { Json, JsonObject } from '@vedette/core/json/json'
import { formatPointer } from '@vedette/core/json/pointer'

import { childOf } from './document.ts'

/** What a source says now and said before, and what is there; `undefined` where there is nothing. */
interface Versions {
  readonly before: Json | undefined
  readonly value: Json
  readonly current: Json | undefined
}

/**
 * The steps that bring what a source says anew, and leave alone what others wrote beside and over it since. Where it
 * never said anything, what is there stays.
 */
export function* followSteps(
  { before, value, current }: Versions,
  path: readonly string[],
): Generator<PatchOperation> {
  if (before !== undefined && equalJson(before, value)) return
  if (current === undefined) yield { op: 'add', path: formatPointer(path), value }
  else if (isJsonObject(value) && isJsonObject(current) && !isOther(before))
    yield* memberSteps({ before, value, current }, path)
  else if (before !== undefined && !equalJson(current, value))
    yield { op: 'replace', path: formatPointer(path), value }
}

/** Something that was said before, and had no members. */
function isOther(before: Json | undefined): boolean {
  return before !== undefined && !isJsonObject(before)
}

function* memberSteps(
  {
    before,
    value,
    current,
  }: Versions & { readonly value: JsonObject; readonly current: JsonObject },
  path: readonly string[],
): Generator<PatchOperation> {
  for (const [key, member] of Object.entries(value)) {
    const versions = {
      before: childOf(before, key),
      value: member,
      current: childOf(current, key),
    }
    yield* followSteps(versions, [...path, key])
  }
  for (const key of isJsonObject(before) ? Object.keys(before) : []) {
    if (!Object.hasOwn(value, key) && Object.hasOwn(current, key))
      yield { op: 'remove', path: formatPointer([...path, key]) }
  }
}
