import { VedetteError } from '../errors.ts'
import type { Json } from '../json/json.ts'
import { parsePointer } from '../json/pointer.ts'
import { stringifyJson } from '../json/stringify.ts'
import type { Manifest, Unit } from './manifest.ts'
import { isPolicy, isUnit } from './manifest.ts'
import type { PatchOperation } from './patch.ts'
import { applyPatch, parsePatch } from './patch.ts'

/** A replica reads a patch twice in a row, for what it names and for the manifest it leads to, and the gateway's own what it wrote. */
let last: { readonly text: string; readonly operations: readonly PatchOperation[] } | undefined

/**
 * Reads a patch of a manifest: RFC 6902 operations that put or remove whole policies and units,
 * `/policies/{name}` and `/units/{name}`. Throws as `parsePatch`, or `ERR_MALFORMED` for any other operation.
 */
export function parseManifestPatch(text: string): readonly PatchOperation[] {
  if (text === last?.text) return last.operations
  const operations = parsePatch(text)
  if (operations.every(isManifestOperation)) {
    last = { text, operations }
    return operations
  }
  throw new VedetteError(
    'ERR_MALFORMED',
    'a patch of a manifest puts or removes policies and units',
  )
}

/** The text of a patch of a manifest, which is not read again in the process that wrote it. */
export function writeManifestPatch(operations: readonly PatchOperation[]): string {
  const text = stringifyJson(operations)
  last = { text, operations }
  return text
}

/** The manifest after a patch, which it shares all units with that did not change. `PatchError` when it does not fit. */
export function patchManifest(manifest: Manifest, patch: readonly PatchOperation[]): Manifest {
  // What was read member by member is a manifest again.
  return applyPatch(manifest as Json, patch) as unknown as Manifest
}

/** The units that a patch puts in place, by name; `undefined` for those it removes. */
export function unitsOfPatch(
  patch: readonly PatchOperation[],
): readonly (readonly [name: string, unit: Unit | undefined])[] {
  return patch.flatMap((operation) => {
    const [collection, name = ''] = parsePointer(operation.path)
    if (collection !== 'units') return []
    return [[name, operation.op === 'remove' ? undefined : (operation.value as Unit)] as const]
  })
}

function isManifestOperation(operation: PatchOperation): boolean {
  const [collection, name, ...deeper] = parsePointer(operation.path)
  if (name === undefined || deeper.length > 0) return false
  if (collection !== 'policies' && collection !== 'units') return false
  if (operation.op === 'remove') return true
  return (collection === 'policies' ? isPolicy : isUnit)(operation.value, name)
}
