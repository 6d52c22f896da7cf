import { isDeepStrictEqual } from 'node:util'

import type { Entry, Part, SignedEntry } from '@vedette/core/bundle/entry'
import { openEntry } from '@vedette/core/bundle/entry'
import type { Manifest } from '@vedette/core/bundle/manifest'
import { emptyManifest, parseManifest } from '@vedette/core/bundle/manifest'
import { parseManifestPatch, patchManifest } from '@vedette/core/bundle/manifest-patch'
import { applyPatch, parsePatch } from '@vedette/core/bundle/patch'
import type { Trust } from '@vedette/core/bundle/signature'
import { neededBlobs } from '@vedette/core/evaluator/unit-engine'
import type { Json } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import { checkBlob } from '@vedette/core/protocol/blob'

import type { Following } from './catalog.ts'

/** A reader with nothing but what it was sent: a value, so that a test can go on from any earlier one. */
export interface Reader {
  readonly tips: Readonly<Partial<Record<Part, SignedEntry>>>
  readonly positions: Readonly<Partial<Record<Part, string>>>
  readonly document?: Json
  readonly manifest?: Manifest
}

export const newcomer: Reader = { tips: {}, positions: {} }

/** The reader after what it was sent; whatever does not verify, or does not follow, throws. */
export async function follow(reader: Reader, sent: Following, trust: Trust): Promise<Reader> {
  let next = reader
  for (const { statement } of sent.entries)
    next = await step(next, await openEntry(statement, trust), sent)
  const { manifest = emptyManifest } = reader
  const brought = Object.values(next.manifest?.units ?? {}).filter(
    (unit) => !isDeepStrictEqual(unit, manifest.units[unit.name]),
  )
  for (const digest of brought.flatMap(neededBlobs)) await content(digest, sent)
  return next
}

async function step(reader: Reader, signed: SignedEntry, sent: Following): Promise<Reader> {
  const { entry, position } = signed
  const tip = reader.tips[entry.part]
  if (tip && entry.sequence <= tip.entry.sequence && entry.standsFor !== tip.position) {
    throw new Error(`entry ${entry.sequence} comes again`)
  }
  if (entry.kind === 'patch' && entry.prev !== tip?.position) {
    throw new Error(`entry ${entry.sequence} follows one that is not held`)
  }
  const text = await content(entry.content, sent)
  const moved = {
    ...reader,
    tips: { ...reader.tips, [entry.part]: signed },
    positions: { ...reader.positions, [entry.part]: position },
  }
  if (entry.part === 'policy') return { ...moved, manifest: manifestAfter(entry, text, reader) }
  const before = reader.document ?? null
  return {
    ...moved,
    document: entry.kind === 'snapshot' ? parseJson(text) : applyPatch(before, parsePatch(text)),
  }
}

function manifestAfter({ kind }: Entry, text: string, { manifest }: Reader): Manifest {
  if (kind === 'snapshot') return parseManifest(text)
  return patchManifest(manifest ?? emptyManifest, parseManifestPatch(text))
}

async function content(digest: string, { blobs }: Following): Promise<string> {
  const bytes = blobs.get(digest)
  if (!bytes) throw new Error(`${digest} was not sent`)
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await checkBlob(digest, bytes))
}
