import type { PatchOperation } from '@vedette/core/bundle/patch'
import { PatchError, applyPatch } from '@vedette/core/bundle/patch'
import { isDeeper } from '@vedette/core/json/depth'
import { maxDepth } from '@vedette/core/json/json'
import type { Json } from '@vedette/core/json/json'
import { parsePointer } from '@vedette/core/json/pointer'

import { CatalogError } from '../catalog-error.ts'
import { lookUp } from './document.ts'

/** What a value may have around it in a snapshot or an answer. */
const mostAround = 8

/**
 * The document after a patch. `ERR_NOT_FOUND` names the place that the first operation in vain needed;
 * `ERR_INVALID_PATH` is a value too deep for its place: nobody could read the document, which is JSON, as a whole.
 */
export function patched(document: Json, operations: readonly PatchOperation[]): Json {
  for (const operation of operations) if (operation.op !== 'remove') checkDepth(operation)
  try {
    return applyPatch(document, operations)
  } catch (error) {
    if (error instanceof PatchError) lookForPlace(document, operations.slice(0, error.index + 1))
    throw error
  }
}

function checkDepth({ path, value }: { readonly path: string; readonly value: Json }): void {
  const levels = maxDepth - mostAround
  if (!isDeeper(value, levels - parsePointer(path).length)) return
  throw new CatalogError(
    'ERR_INVALID_PATH',
    `${path.slice(0, 100)} would hold what is nested deeper than ${levels} levels`,
  )
}

/** What is added needs a parent, and the Go PDP says so; everything else must be there itself. */
function lookForPlace(document: Json, operations: readonly PatchOperation[]): void {
  const reached = applyPatch(document, operations.slice(0, -1))
  const { op, path = '' } = operations.at(-1) ?? {}
  const segments = parsePointer(path)
  if (op === 'add') lookUp(reached, segments.slice(0, -1))
  lookUp(reached, segments)
}
