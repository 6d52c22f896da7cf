import type { PatchOperation } from '@vedette/core/bundle/patch'
import { isJsonArray, isJsonObject } from '@vedette/core/json/equal'
import type { Json, JsonObject } from '@vedette/core/json/json'
import { formatPointer } from '@vedette/core/json/pointer'
import { stringifyJson } from '@vedette/core/json/stringify'

import { CatalogError } from '../catalog-error.ts'

/** What an OPA PDP holds before anything was deployed; ONAP's own tests compare it literally. */
export const emptyDocument: JsonObject = {
  node: {},
  system: {
    version: { build_commit: '', build_hostname: '', build_timestamp: '', version: '1.1.0' },
  },
}

/** What is directly below a value; `undefined` when nothing is. */
export function childOf(value: Json | undefined, segment: string): Json | undefined {
  if (isJsonArray(value))
    return /^(?:0|[1-9]\d*)$/.test(segment) ? value[Number(segment)] : undefined
  return isJsonObject(value) && Object.hasOwn(value, segment) ? value[segment] : undefined
}

/** The value at a path; `ERR_NOT_FOUND`, in the words of OPA's store, where there is none. */
export function lookUp(document: Json, path: readonly string[]): Json {
  let value = document
  for (const segment of path) {
    const child = childOf(value, segment)
    if (child === undefined) throw notFound(path, isJsonArray(value) ? segment : undefined)
    value = child
  }
  return value
}

function notFound(path: readonly string[], index: string | undefined): CatalogError {
  const place = path.map((segment) => `/${escapeForPath(segment)}`).join('')
  if (index === undefined)
    return new CatalogError('ERR_NOT_FOUND', `${place}: document does not exist`)
  const reason = /^-?\d+$/.test(index) ? 'index out of range' : 'index must be integer'
  return new CatalogError('ERR_NOT_FOUND', `${place}: array ${reason}`)
}

/** As Go escapes a segment: what may stand in a path stays. */
function escapeForPath(segment: string): string {
  return encodeURIComponent(segment).replaceAll(/%(?:24|26|2B|3A|3D|40)/g, decodeURIComponent)
}

/** The value at a path; `undefined` where there is none. */
export function valueAt(document: Json, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>(childOf, document)
}

/** What is, or is to be, at a place. */
export interface Placed {
  readonly path: readonly string[]
  readonly value: Json
}

/** The one step that puts a value at its path, with the parents it lacks; `ERR_INVALID_PATH` where none can be. */
export function putOperation(document: Json, { path, value }: Placed): PatchOperation {
  let parent: Json = document
  for (const [depth, segment] of path.entries()) {
    const child = childOf(parent, segment)
    if (child === undefined) return addOperation(parent, path, { depth, value })
    parent = child
  }
  return { op: 'replace', path: formatPointer(path), value }
}

function addOperation(
  parent: Json,
  path: readonly string[],
  { depth, value }: { readonly depth: number; readonly value: Json },
): PatchOperation {
  if (!isJsonObject(parent)) {
    const place = formatPointer(path.slice(0, depth)) || '/'
    throw new CatalogError(
      'ERR_INVALID_PATH',
      `${formatPointer(path)} has no place: what is at ${place} is no object`,
    )
  }
  const nested = path
    .slice(depth + 1)
    .reduceRight<Json>((inner, segment) => ({ [segment]: inner }), value)
  return { op: 'add', path: formatPointer(path.slice(0, depth + 1)), value: nested }
}

/**
 * The step that removes a policy's data, `undefined` when it is gone already. Parents below `/node` that led to
 * nothing else go with it, as in the Go PDP.
 */
export function removeOperation(
  document: Json,
  path: readonly string[],
): PatchOperation | undefined {
  if (valueAt(document, path) === undefined) return undefined
  let end = path.length
  while (end > 2 && isOnlyChild(document, path.slice(0, end - 1))) end--
  return { op: 'remove', path: formatPointer(path.slice(0, end)) }
}

function isOnlyChild(document: Json, parent: readonly string[]): boolean {
  const value = valueAt(document, parent)
  return isJsonObject(value) && Object.keys(value).length === 1
}

/**
 * The steps from one document to another that differs at or above `paths` only. What is the same on both sides
 * takes no step, and what differs at one of the paths is replaced as a whole.
 */
export function difference(
  before: Json,
  after: Json,
  paths: readonly (readonly string[])[],
): readonly PatchOperation[] {
  return [...stepsBetween(before, after, { here: [], below: paths })]
}

interface Place {
  readonly here: readonly string[]
  /** What is left of the paths that lead through here. */
  readonly below: readonly (readonly string[])[]
}

function* stepsBetween(before: Json, after: Json, place: Place): Generator<PatchOperation> {
  if (before === after) return
  const isLeaf = place.below.length === 0 || place.below.some((rest) => rest.length === 0)
  if (!isLeaf && isJsonObject(before) && isJsonObject(after)) {
    yield* memberSteps(before, after, place)
  } else if (stringifyJson(before) !== stringifyJson(after)) {
    yield { op: 'replace', path: formatPointer(place.here), value: after }
  }
}

function* memberSteps(
  before: JsonObject,
  after: JsonObject,
  { here, below }: Place,
): Generator<PatchOperation> {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = [childOf(before, key), childOf(after, key)]
    const path = [...here, key]
    if (now === undefined) yield { op: 'remove', path: formatPointer(path) }
    else if (old === undefined) yield { op: 'add', path: formatPointer(path), value: now }
    else yield* stepsBetween(old, now, { here: path, below: pathsThrough(below, key) })
  }
}

function pathsThrough(
  paths: readonly (readonly string[])[],
  key: string,
): readonly (readonly string[])[] {
  return paths.filter(([first]) => first === key).map((path) => path.slice(1))
}
