import type { PatchOperation } from '@vedette/core/bundle/patch'
import { PatchError, applyPatch } from '@vedette/core/bundle/patch'
import type { Json } from '@vedette/core/json/json'
import { parsePointer } from '@vedette/core/json/pointer'

import { lookUp } from './document.ts'

/** The document after a patch; `ERR_NOT_FOUND` names the place that the first operation in vain needed. */
export function patched(document: Json, operations: readonly PatchOperation[]): Json {
  try {
    return applyPatch(document, operations)
  } catch (error) {
    if (error instanceof PatchError) lookForPlace(document, operations.slice(0, error.index + 1))
    throw error
  }
}

/** What is added needs a parent, and the Go PDP says so; everything else must be there itself. */
function lookForPlace(document: Json, operations: readonly PatchOperation[]): void {
  const reached = applyPatch(document, operations.slice(0, -1))
  const { op, path = '' } = operations.at(-1) ?? {}
  const segments = parsePointer(path)
  if (op === 'add') lookUp(reached, segments.slice(0, -1))
  lookUp(reached, segments)
}
