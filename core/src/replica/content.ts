import type { Digest } from '../bundle/digest.ts'
import type { Part, SignedEntry } from '../bundle/entry.ts'
import { parts } from '../bundle/entry.ts'
import type { Head } from '../bundle/head.ts'
import type { Manifest } from '../bundle/manifest.ts'
import { parseManifest } from '../bundle/manifest.ts'
import { applyPatch, parsePatch } from '../bundle/patch.ts'
import { VedetteError } from '../errors.ts'
import type { Json } from '../json/json.ts'
import { parseJson } from '../json/parse.ts'
import type { ReplicaState } from './state.ts'
import { stepsTo } from './state.ts'

/** All that a head stands for, ready to be run: what an activation is handed. */
export interface Content {
  readonly head: Head
  readonly manifest: Manifest
  readonly document: Json
  /** The compiled unit at an address of the manifest. */
  wasm(digest: Digest): Uint8Array
}

/** Bytes of held blobs by address. */
export type Blobs = ReadonlyMap<Digest, Uint8Array>

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Builds what `head` names out of the steps held; data goes on from `before` where the log allows it. */
export function buildContent(
  state: ReplicaState,
  head: Head,
  blobs: Blobs,
  before?: Content,
): Content {
  const manifestBlob =
    head.parts.policy && stepsTo(state, 'policy', head.parts.policy.position)?.at(-1)
  return {
    head,
    manifest: manifestBlob
      ? parseManifest(decoder.decode(blobAt(blobs, manifestBlob.entry.content)))
      : { policies: [], units: [] },
    document: buildDocument(state, head, blobs, before),
    wasm: (digest) => blobAt(blobs, digest),
  }
}

/** The steps between two heads: what an activation changes. */
export function stepsBetween(
  state: ReplicaState,
  from: Head | undefined,
  to: Head,
): readonly SignedEntry[] {
  return parts.flatMap((part) => {
    const place = to.parts[part]
    if (!place || from?.parts[part]?.position === place.position) return []
    return stepsSince(state, part, place.position, from)
  })
}

function buildDocument(state: ReplicaState, head: Head, blobs: Blobs, before?: Content): Json {
  const place = head.parts.data
  if (!place) return {}
  if (before?.head.parts.data?.position === place.position) return before.document
  const steps = stepsSince(state, 'data', place.position, before?.head)
  const start = steps[0]?.entry.kind === 'patch' && before ? before.document : {}
  return steps.reduce((document, { entry }) => {
    const text = decoder.decode(blobAt(blobs, entry.content))
    return entry.kind === 'snapshot' ? parseJson(text) : applyPatch(document, parsePatch(text))
  }, start)
}

/** The steps of one part up to `position`, without those that `from` already had when they lead up to it. */
function stepsSince(
  state: ReplicaState,
  part: Part,
  position: Digest,
  from: Head | undefined,
): readonly SignedEntry[] {
  const steps = stepsTo(state, part, position) ?? []
  const known = steps.findIndex((step) => step.position === from?.parts[part]?.position)
  return steps.slice(known + 1)
}

function blobAt(blobs: Blobs, digest: Digest): Uint8Array {
  const bytes = blobs.get(digest)
  if (!bytes) throw new VedetteError('ERR_STORAGE', `content ${digest} is not held`)
  return bytes
}
