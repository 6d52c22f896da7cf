import type { Digest } from '@vedette/core/bundle/digest'
import type { SignedEntry } from '@vedette/core/bundle/entry'
import type { Manifest } from '@vedette/core/bundle/manifest'
import { parseManifest } from '@vedette/core/bundle/manifest'
import { applyPatch, parsePatch } from '@vedette/core/bundle/patch'
import type { Json } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'

import type { ToscaPolicy } from '../pap/tosca-policy.ts'
import { CatalogError } from './catalog-error.ts'
import { sizeOf } from './compose.ts'
import { emptyDocument } from './document.ts'
import type { InForce } from './in-force.ts'
import { readPolicy } from './policy.ts'
import type { StoredCatalog } from './store.ts'

/** What is in force according to the store. `ERR_STORAGE` when it lost a part of it. */
export function restore(stored: StoredCatalog): InForce {
  const { sequence, issued, state, entries, blobs, checkpoint } = stored
  const logs = {
    policy: entries.filter(({ entry }) => entry.part === 'policy'),
    data: entries.filter(({ entry }) => entry.part === 'data'),
  }
  return {
    sequence,
    issued,
    state,
    logs,
    blobs,
    policies: stored.policies.map((text) => readPolicy(JSON.parse(text) as ToscaPolicy)),
    manifest: manifestOf(logs.policy, blobs),
    document: documentOf(stored, logs.data),
    checkpoint: checkpoint ? sizeOf(checkpoint) : { sequence: 0, bytes: 0 },
  }
}

function manifestOf(log: readonly SignedEntry[], blobs: StoredCatalog['blobs']): Manifest {
  const latest = log.at(-1)
  if (!latest) return { policies: [], units: [] }
  return parseManifest(textOf(blobs, latest.entry.content))
}

function documentOf({ checkpoint, blobs }: StoredCatalog, log: readonly SignedEntry[]): Json {
  if (!checkpoint) return emptyDocument
  return log
    .filter(({ entry }) => entry.sequence > checkpoint.sequence)
    .map(({ entry }) => parsePatch(textOf(blobs, entry.content)))
    .reduce(applyPatch, parseJson(checkpoint.document))
}

function textOf(blobs: StoredCatalog['blobs'], digest: Digest): string {
  const bytes = blobs.get(digest)
  if (!bytes) throw new CatalogError('ERR_STORAGE', `the store lost the content ${digest}`)
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}
