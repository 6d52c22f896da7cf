import type { Digest } from '../bundle/digest.ts'
import type { Part } from '../bundle/entry.ts'
import { parts } from '../bundle/entry.ts'
import type { Head } from '../bundle/head.ts'
import { parseManifestPatch, patchManifest } from '../bundle/manifest-patch.ts'
import type { Manifest } from '../bundle/manifest.ts'
import { emptyManifest, parseManifest } from '../bundle/manifest.ts'
import { patchInPlace } from '../bundle/patch-in-place.ts'
import type { PatchOperation } from '../bundle/patch.ts'
import { applyPatch, parsePatch } from '../bundle/patch.ts'
import { VedetteError } from '../errors.ts'
import type { Json } from '../json/json.ts'
import { parseJson } from '../json/parse.ts'
import type { Log } from './log.ts'
import { stepsTo } from './log.ts'
import type { ReplicaState } from './state.ts'

/**
 * All that a head stands for, ready to be run: what an activation is handed. `manifest` and `document` are the very
 * values of the content before where their part did not change, and `document` also where it was patched in place.
 */
export interface Content {
  readonly head: Head
  readonly manifest: Manifest
  readonly document: Json
  /** How the document before was changed, in place; absent when it was not, or when `document` is another one. */
  readonly change?: DocumentChange
  /** What is at an address that the manifest names; `ERR_STORAGE` for what this runtime did not need. */
  blob(digest: Digest): Uint8Array
}

export interface DocumentChange {
  /** The patches as they came, as texts. */
  readonly patches: readonly string[]
  readonly operations: readonly PatchOperation[]
  /** Makes the document what it was; the second time it does nothing. */
  readonly undo: () => void
}

/** Bytes of held blobs by address. */
export type Blobs = ReadonlyMap<Digest, Uint8Array>

type Logs = ReplicaState['logs']

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Builds what `head` names out of the steps held; each part goes on from `before` where its log allows it. */
export function buildContent(logs: Logs, head: Head, blobs: Blobs, before?: Content): Content {
  const same = (part: Part): boolean =>
    before?.head.parts[part]?.position === head.parts[part]?.position
  const manifest =
    before && same('policy')
      ? before.manifest
      : buildManifest(stepsSince(logs, 'policy', head, before?.head), blobs, before)
  const blob = lookingIn(blobs)
  if (before && same('data')) return { head, manifest, document: before.document, blob }
  const steps = stepsSince(logs, 'data', head, before?.head)
  // Loading another policy takes its time, in which the old one decides on the old data.
  return before?.manifest === manifest && isPatches(steps)
    ? { head, manifest, blob, ...changeInPlace(steps, blobs, before.document) }
    : { head, manifest, blob, document: buildDocument(steps, blobs, before) }
}

/** Without a step there is no data: the head names none. */
function isPatches(steps: Log): boolean {
  return steps.length > 0 && steps.every(({ entry }) => entry.kind === 'patch')
}

function changeInPlace(
  steps: Log,
  blobs: Blobs,
  before: Json,
): Pick<Content, 'change' | 'document'> {
  const patches = steps.map(({ entry }) => textAt(blobs, entry.content))
  const operations = patches.flatMap(parsePatch)
  const { document, undo } = patchInPlace(before, operations)
  return { document, change: { patches, operations, undo } }
}

/** The steps between two heads: what an activation changes. */
export function stepsBetween(logs: Logs, from: Head | undefined, to: Head): Log {
  return parts.flatMap((part) => stepsSince(logs, part, to, from))
}

/** The steps begin with a snapshot, or lead on from the manifest before. */
function buildManifest(steps: Log, blobs: Blobs, before?: Content): Manifest {
  if (steps.length === 0) return emptyManifest
  return steps.reduce<Manifest>((manifest, { entry }) => {
    const text = textAt(blobs, entry.content)
    if (entry.kind === 'snapshot') return parseManifest(text)
    return patchManifest(manifest, parseManifestPatch(text))
  }, before?.manifest ?? emptyManifest)
}

/** The steps begin with a snapshot, or lead on from the document before. */
function buildDocument(steps: Log, blobs: Blobs, before?: Content): Json {
  if (steps.length === 0) return {}
  return steps.reduce<Json>((document, { entry }) => {
    const text = textAt(blobs, entry.content)
    return entry.kind === 'snapshot' ? parseJson(text) : applyPatch(document, parsePatch(text))
  }, before?.document ?? {})
}

/** The steps of one part up to where `to` is, without those that `from` already had when they lead up to it. */
function stepsSince(logs: Logs, part: Part, to: Head, from?: Head): Log {
  const place = to.parts[part]
  if (!place) return []
  const steps = stepsTo(logs[part], place.position) ?? []
  const known = steps.findIndex((step) => step.position === from?.parts[part]?.position)
  return steps.slice(known + 1)
}

function textAt(blobs: Blobs, digest: Digest): string {
  return decoder.decode(blobAt(blobs, digest))
}

/** By itself: a function made beside others keeps all that they know, which would be each content before this one. */
function lookingIn(blobs: Blobs): Content['blob'] {
  return (digest) => blobAt(blobs, digest)
}

function blobAt(blobs: Blobs, digest: Digest): Uint8Array {
  const bytes = blobs.get(digest)
  if (!bytes) throw new VedetteError('ERR_STORAGE', `content ${digest} is not held`)
  return bytes
}
