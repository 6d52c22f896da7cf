import type { PatchOperation } from '@vedette/core/bundle/patch'
import type { Json, JsonObject } from '@vedette/core/json/json'
import { formatPointer, parsePointer } from '@vedette/core/json/pointer'

import { PatchRequestError } from './patch-error.ts'

/** One operation of a PATCH at the place `below`, for the whole document. Throws `PatchRequestError`. */
export function readOperation(operation: JsonObject, below: readonly string[]): PatchOperation {
  const op = kindOf(operation)
  if (op === 'remove') return { op, path: formatPointer([...below, ...pathOf(operation)]) }
  const value = valueOf(operation)
  return { op, path: formatPointer([...below, ...pathOf(operation)]), value }
}

function kindOf({ op }: JsonObject): PatchOperation['op'] {
  if (op === 'add' || op === 'remove' || op === 'replace') return op
  throw new PatchRequestError(
    typeof op === 'string'
      ? `Error in getting op type : Invalid operation type (${op}) is used. Only add, remove and replace operation types are supported`
      : 'Error in getting op type. Op type is not given in request body',
  )
}

function valueOf({ value }: JsonObject): Json {
  if (value !== undefined) return value
  throw new PatchRequestError('Error in getting data value. Value is not given in request body')
}

/** As the Go PDP reads it: slashes around it mean nothing, and each segment may also be percent-encoded. */
function pathOf({ path }: JsonObject): readonly string[] {
  if (typeof path !== 'string' || path === '') {
    throw new PatchRequestError('Error in getting data path. Path is not given in request body')
  }
  const segments = withoutOuterSlashes(path.split('/'))
  if (segments.length === 0) {
    throw new PatchRequestError(`Error in getting data path - Invalid path (${path}) is used.`)
  }
  try {
    return parsePointer(segments.map((segment) => `/${percentDecoded(segment)}`).join(''))
  } catch (cause) {
    const message = `Error in checking patch path - Bad patch path used :${path}`
    throw new PatchRequestError(message, { cause })
  }
}

/** The segments of a path without the empty ones around them. */
export function withoutOuterSlashes(segments: readonly string[]): readonly string[] {
  const isFilled = (segment: string): boolean => segment !== ''
  const first = segments.findIndex(isFilled)
  return first < 0 ? [] : segments.slice(first, segments.findLastIndex(isFilled) + 1)
}

/** A slash that was percent-encoded is part of its segment, and no separator. */
function percentDecoded(segment: string): string {
  try {
    return decodeURIComponent(segment).replaceAll('/', '~1')
  } catch {
    return segment
  }
}
