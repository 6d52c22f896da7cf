import { isJsonArray, isJsonObject } from '../json/equal.ts'
import type { Json, JsonObject } from '../json/json.ts'
import { setMember } from '../json/member.ts'
import { parseJson } from '../json/parse.ts'
import { parsePointer } from '../json/pointer.ts'

/** One step of an RFC 6902 patch as it travels to replicas; `path` is a JSON Pointer. */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string }

/** `ERR_PATCH`: a patch that is malformed, or that does not fit its document. `index` counts from 0. */
export class PatchError extends Error {
  override readonly name = 'PatchError'
  readonly code = 'ERR_PATCH'
  readonly index: number
  readonly path: string

  constructor(index: number, path: string, message: string) {
    super(`operation ${index} at ${JSON.stringify(path)}: ${message}`)
    this.index = index
    this.path = path
  }
}

/** Reads a patch. Throws `JsonError`, or `PatchError` for what is no patch of add, replace and remove. */
export function parsePatch(text: string): readonly PatchOperation[] {
  const patch = parseJson(text)
  if (!isJsonArray(patch)) throw new PatchError(0, '', 'a patch is an array of operations')
  return patch.map(readOperation)
}

/**
 * The document after all operations; when one does not fit, `PatchError` and nothing happened. The old
 * document stays as it was, and both share what did not change.
 */
export function applyPatch(document: Json, operations: readonly PatchOperation[]): Json {
  const drafts: Drafts = new Set()
  return operations.reduce((current, operation, index) => {
    try {
      return applyAt(current, parsePointer(operation.path), { operation, drafts })
    } catch (cause) {
      throw new PatchError(index, operation.path, cause instanceof Error ? cause.message : '')
    }
  }, document)
}

/** The objects and arrays made by this patch: copied once, then changed in place. */
type Drafts = Set<object>

type Step = { readonly operation: PatchOperation; readonly drafts: Drafts }

function readOperation(operation: Json, index: number): PatchOperation {
  if (!isJsonObject(operation)) throw new PatchError(index, '', 'an operation is an object')
  const { op, path, value } = operation
  if (typeof path !== 'string') throw new PatchError(index, '', 'path is missing')
  try {
    parsePointer(path)
  } catch (cause) {
    throw new PatchError(index, path, cause instanceof Error ? cause.message : '')
  }
  if (op === 'remove') return { op, path }
  if (op !== 'add' && op !== 'replace') {
    throw new PatchError(index, path, 'op is none of add, replace, remove')
  }
  if (value === undefined) throw new PatchError(index, path, 'value is missing')
  return { op, path, value }
}

function applyAt(target: Json, path: readonly string[], step: Step): Json {
  const [segment, ...rest] = path
  if (segment === undefined) return replaceWhole(step.operation)
  if (isJsonArray(target)) return applyToArray(target, [segment, rest], step)
  if (isJsonObject(target)) return applyToObject(target, [segment, rest], step)
  throw new Error(
    `nothing can be below ${JSON.stringify(segment)}: its parent is no object or array`,
  )
}

type Place = readonly [segment: string, rest: readonly string[]]

function replaceWhole(operation: PatchOperation): Json {
  if (operation.op === 'remove') throw new Error('the whole document cannot be removed')
  return operation.value
}

function applyToObject(target: JsonObject, [key, rest]: Place, step: Step): Json {
  const { operation, drafts } = step
  const current = Object.hasOwn(target, key) ? target[key] : undefined
  const isNew = rest.length === 0 && operation.op === 'add'
  if (current === undefined && !isNew) throw new Error(`there is no member ${JSON.stringify(key)}`)
  const draft = draftOf<Record<string, Json>>(target, drafts, () => ({ ...target }))
  if (rest.length === 0 && operation.op === 'remove') delete draft[key]
  else setMember(draft, key, applyAt(current ?? null, rest, step))
  return draft
}

function applyToArray(target: readonly Json[], [segment, rest]: Place, step: Step): Json {
  const { operation, drafts } = step
  const inserts = rest.length === 0 && operation.op === 'add'
  const index = indexAt(segment, target.length, inserts)
  const draft = draftOf<Json[]>(target, drafts, () => [...target])
  if (inserts) draft.splice(index, 0, operation.value)
  else if (rest.length === 0 && operation.op === 'remove') draft.splice(index, 1)
  else draft[index] = applyAt(draft[index] ?? null, rest, step)
  return draft
}

/** A segment as an index. `-` is the place behind the last item, which only an insertion may name. */
export function indexAt(segment: string, length: number, inserts: boolean): number {
  if (inserts && segment === '-') return length
  const index = /^(?:0|[1-9]\d*)$/.test(segment) ? Number(segment) : Number.NaN
  const exists = index < length || (inserts && index === length)
  if (!exists) throw new Error(`the array has no place ${JSON.stringify(segment)}`)
  return index
}

function draftOf<Draft extends object>(target: object, drafts: Drafts, copy: () => Draft): Draft {
  if (drafts.has(target)) return target as Draft
  const draft = copy()
  drafts.add(draft)
  return draft
}
