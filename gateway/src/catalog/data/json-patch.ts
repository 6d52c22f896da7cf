import type { PatchOperation } from '@vedette/core/bundle/patch'
import { equalJson } from '@vedette/core/json/equal'
import type { Json } from '@vedette/core/json/json'
import { formatPointer, parsePointer } from '@vedette/core/json/pointer'
import * as v from 'valibot'

import { CatalogError } from '../catalog-error.ts'
import { createCopying } from './copied.ts'
import { lookUp } from './document.ts'
import { patched } from './patched.ts'

const value = v.custom<Json>((given) => given !== undefined, 'value is missing')
const pointer = v.pipe(v.string(), v.check(isPointer, 'is no JSON Pointer'))

/** RFC 6902: an array of its six operations; members it does not know mean nothing. */
export const JsonPatchSchema = v.array(
  v.variant('op', [
    v.object({ op: v.picklist(['add', 'replace']), path: pointer, value }),
    v.object({ op: v.literal('remove'), path: pointer }),
    v.object({ op: v.picklist(['move', 'copy']), path: pointer, from: pointer }),
    v.object({ op: v.literal('test'), path: pointer, value }),
  ]),
)
export type JsonPatch = v.InferOutput<typeof JsonPatchSchema>
type JsonPatchOperation = JsonPatch[number]

/** The patch as it is for a document that holds its own at `place`. */
export function patchBelow(place: readonly string[], patch: JsonPatch): JsonPatch {
  const prefix = formatPointer(place)
  return patch.map((operation) => ({
    ...operation,
    path: prefix + operation.path,
    ...('from' in operation && { from: prefix + operation.from }),
  }))
}

/** Where an operation leaves something else than it found. */
export function placesWritten(operation: JsonPatchOperation): readonly (readonly string[])[] {
  const path = parsePointer(operation.path)
  if (operation.op === 'test') return []
  return operation.op === 'move' ? [parsePointer(operation.from), path] : [path]
}

/**
 * The steps that stand for a patch: a test is none, a move is two. Fails with `CatalogError`: `ERR_NOT_FOUND`,
 * `ERR_PATCH_TEST`, `ERR_INVALID_PATH` for what would be moved into itself, `ERR_TOO_LARGE` for too many copies.
 */
export function plainSteps(document: Json, patch: JsonPatch): readonly PatchOperation[] {
  const steps: PatchOperation[] = []
  let reached = document
  let applied = 0
  // Only some operations look at the document: those before them are applied together.
  const lookAt = (pointerText: string): Json => {
    reached = patched(reached, steps.slice(applied))
    applied = steps.length
    return lookUp(reached, parsePointer(pointerText))
  }
  const copying = createCopying()
  for (const operation of patch) steps.push(...stepsFor(operation, { lookAt, copying }))
  return steps
}

interface Looking {
  /** What is at a place when the operations before are done. */
  readonly lookAt: (pointer: string) => Json
  readonly copying: (value: Json) => Json
}

function stepsFor(
  operation: JsonPatchOperation,
  { lookAt, copying }: Looking,
): readonly PatchOperation[] {
  const { path } = operation
  switch (operation.op) {
    case 'test':
      if (equalJson(lookAt(path), operation.value)) return []
      throw new CatalogError('ERR_PATCH_TEST', `${path || '/'} is not what the patch tests for`)
    case 'copy':
      return [{ op: 'add', path, value: copying(lookAt(operation.from)) }]
    case 'move':
      return moveSteps(operation.from, path, copying(lookAt(operation.from)))
    case 'add':
    case 'replace':
    case 'remove':
      return [operation]
  }
}

function moveSteps(from: string, path: string, moved: Json): readonly PatchOperation[] {
  if (path.startsWith(`${from}/`))
    throw new CatalogError('ERR_INVALID_PATH', `${from} cannot be moved into itself`)
  return [
    { op: 'remove', path: from },
    { op: 'add', path, value: moved },
  ]
}

function isPointer(text: string): boolean {
  return text === '' || (text.startsWith('/') && !/~(?![01])/.test(text))
}
