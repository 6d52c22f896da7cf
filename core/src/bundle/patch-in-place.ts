import { isJsonArray, isJsonObject } from '../json/equal.ts'
import type { Json } from '../json/json.ts'
import { setMember } from '../json/member.ts'
import { parsePointer } from '../json/pointer.ts'
import { indexAt, PatchError, type PatchOperation } from './patch.ts'

/** A document that was changed where it lies. */
export interface PatchedInPlace {
  /** The same object as before, unless the whole was replaced. */
  readonly document: Json
  /** Makes the document what it was. Good until it is patched again. */
  readonly undo: () => void
}

/**
 * Changes `document` itself, for whoever owns it: `applyPatch` copies each object on the way, which takes long where
 * one has 100,000 members. When one operation does not fit, `PatchError`, and the document is what it was. Values of
 * the operations become part of it.
 */
export function patchInPlace(
  document: Json,
  operations: readonly PatchOperation[],
): PatchedInPlace {
  const done: (() => void)[] = []
  const undo = (): void => {
    for (let last = done.pop(); last; last = done.pop()) last()
  }
  // With a parent of its own the whole is a member like any other.
  const holder: Record<string, Json> = { document }
  operations.forEach((operation, index) => {
    try {
      done.push(apply(holder, operation))
    } catch (cause) {
      undo()
      throw new PatchError(index, operation.path, cause instanceof Error ? cause.message : '')
    }
  })
  return { document: holder['document'] ?? null, undo }
}

/** What takes one operation back. */
type Undo = () => void

function apply(holder: Record<string, Json>, operation: PatchOperation): Undo {
  const path = parsePointer(operation.path)
  const last = path.at(-1)
  if (last === undefined) return replaceWhole(holder, operation)
  const parent = parentOf(holder['document'] ?? null, path)
  if (isJsonArray(parent)) return applyToItem(parent as Json[], last, operation)
  if (isJsonObject(parent)) return applyToMember(parent as Record<string, Json>, last, operation)
  throw new Error(`nothing can be below ${JSON.stringify(last)}: its parent is no object or array`)
}

function replaceWhole(holder: Record<string, Json>, operation: PatchOperation): Undo {
  if (operation.op === 'remove') throw new Error('the whole document cannot be removed')
  return applyToMember(holder, 'document', operation)
}

function parentOf(document: Json, path: readonly string[]): Json {
  let parent = document
  for (let depth = 0; depth < path.length - 1; depth++) {
    parent = childOf(parent, path[depth] ?? '')
  }
  return parent
}

function childOf(parent: Json, segment: string): Json {
  if (isJsonArray(parent)) return parent[indexAt(segment, parent.length, false)] ?? null
  if (!isJsonObject(parent))
    throw new Error(
      `nothing can be below ${JSON.stringify(segment)}: its parent is no object or array`,
    )
  return memberOf(parent, segment)
}

function memberOf(object: { readonly [key: string]: Json }, key: string): Json {
  const member = Object.hasOwn(object, key) ? object[key] : undefined
  if (member === undefined) throw new Error(`there is no member ${JSON.stringify(key)}`)
  return member
}

function applyToMember(object: Record<string, Json>, key: string, operation: PatchOperation): Undo {
  if (operation.op === 'add' && !Object.hasOwn(object, key)) {
    setMember(object, key, operation.value)
    return () => void delete object[key]
  }
  const former = memberOf(object, key)
  if (operation.op === 'remove') delete object[key]
  else setMember(object, key, operation.value)
  return () => setMember(object, key, former)
}

function applyToItem(items: Json[], segment: string, operation: PatchOperation): Undo {
  const index = indexAt(segment, items.length, operation.op === 'add')
  if (operation.op === 'add') {
    items.splice(index, 0, operation.value)
    return () => void items.splice(index, 1)
  }
  const former = items[index] ?? null
  if (operation.op === 'remove') {
    items.splice(index, 1)
    return () => void items.splice(index, 0, former)
  }
  items[index] = operation.value
  return () => void (items[index] = former)
}
