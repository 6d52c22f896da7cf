import type { Json, JsonObject } from '@vedette/core/json/json'

export interface ModelUpdate {
  readonly entries: readonly ModelEntry[]
  readonly isAtomic: boolean
}

export interface ModelEntry {
  readonly path: string
  readonly change: { readonly method: 'DELETE' | 'PATCH' | 'PUT'; readonly data: unknown }
  readonly from: string
}

interface Operation {
  readonly op: string
  readonly path: string
  readonly from?: string
  readonly value?: Json
}

type Container = Record<string, unknown> | unknown[]

/**
 * What OPAL's updates mean, written down as simply as it can be: the document after an update, or the very same one when
 * nothing of it may happen; `failed` are the entries that are left out.
 */
export function applyModel(
  document: JsonObject,
  { entries, isAtomic }: ModelUpdate,
): { readonly document: JsonObject; readonly failed: readonly number[] } {
  let reached = document
  const failed: number[] = []
  for (const [index, entry] of entries.entries()) {
    try {
      const next = structuredClone(reached)
      applyEntry(next as Container, entry)
      reached = next
    } catch {
      if (isAtomic) return { document, failed: [] }
      failed.push(index)
    }
  }
  return failed.length === entries.length ? { document, failed: [] } : { document: reached, failed }
}

function applyEntry(root: Container, { path, change, from }: ModelEntry): void {
  if (from === 'failing source' && change.method !== 'DELETE') throw new Error('not fetched')
  if (change.method === 'PUT') return put(root, segmentsOf(path), structuredClone(change.data))
  if (change.method === 'PATCH')
    for (const step of change.data as readonly Operation[]) operate(root, path, step)
  else remove(root, segmentsOf(path), true)
}

function segmentsOf(path: string): string[] {
  return path.split('/').slice(1)
}

function put(root: Container, path: readonly string[], value: unknown): void {
  let at: unknown = root
  for (const segment of path.slice(0, -1)) {
    if (!isObject(at)) throw new Error('no place')
    if (!(segment in at)) at[segment] = {}
    at = at[segment]
  }
  if (!isObject(at)) throw new Error('no place')
  at[path.at(-1) ?? ''] = value
}

function operate(root: Container, below: string, { op, path, from = '', value }: Operation): void {
  const [to, source] = [segmentsOf(below + path), segmentsOf(below + from)]
  if (op === 'remove') return remove(root, to, false)
  if (op === 'test') {
    if (JSON.stringify(get(root, to)) !== JSON.stringify(value)) throw new Error('another value')
  } else if (op === 'replace') {
    get(root, to)
    set(root, to, value, false)
  } else if (op === 'add') set(root, to, value, true)
  else {
    if (op === 'move' && `${path}/`.startsWith(`${from}/`) && path !== from)
      throw new Error('into itself')
    const moved = structuredClone(get(root, source))
    if (op === 'move') remove(root, source, false)
    set(root, to, moved, true)
  }
}

function get(root: unknown, path: readonly string[]): unknown {
  let at = root
  for (const segment of path) {
    const isThere = Array.isArray(at)
      ? /^\d+$/.test(segment) && Number(segment) < at.length
      : isObject(at) && segment in at
    if (!isThere) throw new Error('nothing there')
    at = (at as Record<string, unknown>)[segment]
  }
  return at
}

function set(root: Container, path: readonly string[], value: unknown, isNew: boolean): void {
  const parent = get(root, path.slice(0, -1))
  const key = path.at(-1) ?? ''
  if (Array.isArray(parent)) {
    const index = key === '-' ? parent.length : Number(key)
    if (!(index <= parent.length)) throw new Error('no such place')
    parent.splice(index, isNew ? 0 : 1, structuredClone(value))
  } else if (isObject(parent)) parent[key] = structuredClone(value)
  else throw new Error('no place')
}

function remove(root: Container, path: readonly string[], mayBeGone: boolean): void {
  try {
    get(root, path)
  } catch (error) {
    if (mayBeGone) return
    throw error
  }
  const parent = get(root, path.slice(0, -1)) as Container
  if (Array.isArray(parent)) parent.splice(Number(path.at(-1)), 1)
  else delete parent[path.at(-1) ?? '']
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
