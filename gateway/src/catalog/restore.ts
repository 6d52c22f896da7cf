import type { Digest } from '@vedette/core/bundle/digest'
import type { Part, SignedEntry } from '@vedette/core/bundle/entry'
import type { Manifest } from '@vedette/core/bundle/manifest'
import { emptyManifest, parseManifest } from '@vedette/core/bundle/manifest'
import { parseManifestPatch, patchManifest } from '@vedette/core/bundle/manifest-patch'
import { applyPatch, parsePatch } from '@vedette/core/bundle/patch'
import type { Json } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'

import type { ToscaPolicy } from '../pap/tosca-policy.ts'
import { CatalogError } from './catalog-error.ts'
import { emptyDocument } from './data/document.ts'
import type { InForce } from './in-force.ts'
import { readPolicy } from './policies/policy.ts'
import { checkpointsAfter, noCheckpoints } from './retention.ts'
import type { StoredCatalog } from './store.ts'
import { unitAgain } from './units/units.ts'

/** What is in force according to the store. `ERR_STORAGE` when it lost a part of it. */
export function restore(stored: StoredCatalog): InForce {
  const { sequence, issued, state, entries, blobs, checkpoints } = stored
  const logs = {
    policy: entries.filter(({ entry }) => entry.part === 'policy'),
    data: entries.filter(({ entry }) => entry.part === 'data'),
  }
  const manifest = manifestOf(stored, logs.policy)
  const units = Object.values(manifest.units).map((unit) => unitAgain(unit, blobs))
  return {
    sequence,
    issued,
    state,
    logs,
    blobs,
    policies: stored.policies.map((text) => readPolicy(JSON.parse(text) as ToscaPolicy)),
    units: new Map(units.map((made) => [made.unit.name, made])),
    manifest,
    document: documentOf(stored, logs.data),
    checkpoints: checkpointsAfter(noCheckpoints, checkpoints),
  }
}

type Log = readonly SignedEntry[]

function manifestOf(stored: StoredCatalog, log: Log): Manifest {
  const { content, patches } = latest(stored, 'policy', log)
  if (content === undefined) return emptyManifest
  return patches.map(parseManifestPatch).reduce(patchManifest, parseManifest(content))
}

function documentOf(stored: StoredCatalog, log: Log): Json {
  const { content, patches } = latest(stored, 'data', log)
  if (content === undefined) return emptyDocument
  return patches.map(parsePatch).reduce(applyPatch, parseJson(content))
}

interface Latest {
  /** The part when it was last written down as a whole. */
  readonly content: string | undefined
  /** The patches that lead on from there. */
  readonly patches: readonly string[]
}

function latest({ checkpoints, blobs }: StoredCatalog, part: Part, log: Log): Latest {
  const checkpoint = checkpoints.find((each) => each.part === part)
  if (!checkpoint) return { content: undefined, patches: [] }
  const later = log.filter(({ entry }) => entry.sequence > checkpoint.sequence)
  return {
    content: checkpoint.content,
    patches: later.map(({ entry }) => textOf(blobs, entry.content)),
  }
}

function textOf(blobs: StoredCatalog['blobs'], digest: Digest): string {
  const bytes = blobs.get(digest)
  if (!bytes) throw new CatalogError('ERR_STORAGE', `the store lost the content ${digest}`)
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}
