import { isJsonObject } from '@vedette/core/json/equal'
import type { Json } from '@vedette/core/json/json'
import { formatPointer } from '@vedette/core/json/pointer'

import { CatalogError } from '../catalog-error.ts'
import { childOf } from './document.ts'

/** Roots of the data document that are the PDP's: policies' data and its own version. */
const RESERVED_ROOTS = ['node', 'system']

type Path = readonly string[]

/**
 * Refuses an address with a slash too many: `ERR_INVALID_PATH`. In a document a member may have an empty name, and a
 * JSON Pointer leads to it.
 */
export function checkAddress(path: Path): void {
  if (!path.every(isSegment)) throw refused('ERR_INVALID_PATH', path, 'it has an empty segment')
}

/** Refuses a place that a data update may not write: `ERR_INVALID_PATH`, `ERR_RESERVED_PATH`. */
export function checkWritable(path: Path, packages: readonly string[]): void {
  const owner = packages.find((name) => overlap(path, name.split('.')))
  if (!path.every((segment) => segment.isWellFormed()))
    throw refused('ERR_INVALID_PATH', path, 'it has half a character')
  if (path[0] === '') throw refused('ERR_INVALID_PATH', path, 'its root has no name')
  if (path.length === 0) throw reserved(path, 'the root of the data cannot be replaced')
  if (path[0] === 'system') throw reserved(path, "/system is the PDP's own")
  if (path[0] === 'node' && path.length === 1) {
    throw reserved(path, '/node holds the data of all policies')
  }
  if (owner !== undefined) throw reserved(path, `it belongs to the policy package ${owner}`)
}

/** Refuses a place that is not at or below one of `places`: `ERR_RESERVED_PATH`. */
export function checkKept(path: Path, places: readonly Path[]): void {
  const isKept = places.some((place) => place.every((segment, index) => segment === path[index]))
  if (!isKept) throw reserved(path, 'no policy in force keeps data there')
}

/** Why a package cannot be called so beside the data there is; `undefined` when it can. */
export function packageConflict(name: string, document: Json): string | undefined {
  const path = name.split('.')
  if (RESERVED_ROOTS.includes(path[0] ?? '')) return `data.${path[0]} is reserved for data`
  let value: Json | undefined = document
  for (const segment of path) {
    if (!isJsonObject(value)) break
    value = childOf(value, segment)
  }
  return value === undefined ? undefined : `there is data at or above ${formatPointer(path)}`
}

/** A segment that every replica can hold: not empty, and what UTF-8 can carry. */
export function isSegment(segment: string): boolean {
  return segment !== '' && segment.isWellFormed()
}

function overlap(a: Path, b: Path): boolean {
  const length = Math.min(a.length, b.length)
  return a.slice(0, length).every((segment, index) => segment === b[index])
}

function reserved(path: Path, reason: string): CatalogError {
  return refused('ERR_RESERVED_PATH', path, reason)
}

function refused(
  code: 'ERR_RESERVED_PATH' | 'ERR_INVALID_PATH',
  path: Path,
  reason: string,
): CatalogError {
  return new CatalogError(code, `${formatPointer(path) || '/'} cannot be written: ${reason}`)
}
