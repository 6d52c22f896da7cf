import type { Unit } from '../bundle/manifest.ts'
import type { PatchOperation } from '../bundle/patch.ts'
import { isJsonObject } from '../json/equal.ts'
import type { Json } from '../json/json.ts'
import type { JsonSource } from '../json/source.ts'
import { sourceOfValue } from '../json/source.ts'

const place = ['system', 'opal'] as const

/** A data document as policies see it. */
export interface OpalView {
  /** For units that read nothing of OPAL's document. */
  readonly plain: JsonSource
  /** With OPAL's document in it, where there is one; made when it is first asked for. */
  readonly seen: () => JsonSource
}

export function viewOf(document: Json, opal: Json | undefined): OpalView {
  const plain = sourceOfValue(document)
  let seen = opal === undefined ? plain : undefined
  return { plain, seen: () => (seen ??= sourceOfValue(withOpal(document, opal ?? null))) }
}

/** The document with OPAL's at `system/opal`: a new root over the same values, which are never touched. */
export function withOpal(document: Json, opal: Json): Json {
  if (!isJsonObject(document)) return document
  const system = Object.hasOwn(document, place[0]) ? document[place[0]] : undefined
  return { ...document, system: { ...(isJsonObject(system) ? system : {}), opal } }
}

/** Whether a unit reads of OPAL's document: at, above or below its place. */
export function readsOpal({ reads }: Pick<Unit, 'reads'>): boolean {
  return reads.some((path) => place.every((segment, depth) => (path[depth] ?? segment) === segment))
}

/** What a new document is to an engine that holds the one before. */
export function opalPatch(value: Json): readonly PatchOperation[] {
  return [{ op: 'add', path: `/${place.join('/')}`, value }]
}
