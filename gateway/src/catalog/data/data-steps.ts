import type { PatchOperation } from '@vedette/core/bundle/patch'
import { isJsonObject } from '@vedette/core/json/equal'
import type { Json } from '@vedette/core/json/json'
import { formatPointer, parsePointer } from '@vedette/core/json/pointer'

import type { DataWrite } from '../catalog.ts'
import { putOperation, valueAt } from './document.ts'
import { followSteps } from './followed.ts'
import { patchBelow, placesWritten, plainSteps } from './json-patch.ts'

/** Throws `CatalogError` for a place that may not be written. */
type Check = (path: readonly string[]) => void

/** The steps of one write, as they travel. Throws `CatalogError` where it does not fit the document. */
export function stepsOf(document: Json, write: DataWrite, check: Check): readonly PatchOperation[] {
  switch (write.method) {
    case 'PATCH':
      return patchSteps(document, write, check)
    case 'DELETE':
      check(write.path)
      return removeSteps(document, write.path)
    case 'FOLLOW':
      return sourceSteps(document, write, check)
    default:
      check(write.path)
      return [putOperation(document, write)]
  }
}

type WriteBy<Method> = Extract<DataWrite, { readonly method: Method }>

function patchSteps(
  document: Json,
  { path, patch }: WriteBy<'PATCH'>,
  check: Check,
): readonly PatchOperation[] {
  const whole = patchBelow(path, patch)
  for (const place of whole.flatMap(placesWritten)) check(place)
  return plainSteps(document, whole)
}

/** What is gone already may be asked to go again: whoever got no answer asks twice. */
function removeSteps(document: Json, path: readonly string[]): readonly PatchOperation[] {
  if (valueAt(document, path) === undefined) return []
  return [{ op: 'remove', path: formatPointer(path) }]
}

function sourceSteps(
  document: Json,
  { path, value, before }: WriteBy<'FOLLOW'>,
  check: Check,
): readonly PatchOperation[] {
  const current = valueAt(document, path)
  // Members of an object are looked at one by one; anything else would take the whole place.
  if (current === undefined || !isJsonObject(value)) check(path)
  if (current === undefined) return [putOperation(document, { path, value })]
  const steps = [...followSteps({ before, value, current }, path)]
  for (const step of steps) check(parsePointer(step.path))
  return steps
}
