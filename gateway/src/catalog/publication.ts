import type { Digest } from '@vedette/core/bundle/digest'
import type { Entry, Part, SignedEntry, TransactionName } from '@vedette/core/bundle/entry'
import { parts, signEntry } from '@vedette/core/bundle/entry'
import type { PdpState, SignedHead } from '@vedette/core/bundle/head'
import { signHead } from '@vedette/core/bundle/head'
import type { Manifest } from '@vedette/core/bundle/manifest'
import { writeManifestPatch } from '@vedette/core/bundle/manifest-patch'
import type { PatchOperation } from '@vedette/core/bundle/patch'
import type { Signer } from '@vedette/core/bundle/signature'
import type { Json } from '@vedette/core/json/json'
import { stringifyJson } from '@vedette/core/json/stringify'

import { digestOf } from '../digest.ts'
import type { Identity, InForce, Logs } from './in-force.ts'
import { contentOf } from './in-force.ts'
import type { Setting } from './store.ts'
import { contentOfUnits } from './units/units.ts'
import type { Deployed } from './units/workshop.ts'

/** What one write changes; what is absent stays. */
export interface Write {
  readonly transaction: TransactionName | null
  /** Kept with the write, for its callbacks; asked for once. */
  readonly note?: () => string
  readonly setting?: Setting | undefined
  /** It belongs to a write that was told of already: nobody is told again. */
  readonly isFollowUp?: true
  readonly state?: PdpState
  readonly deployed?: Deployed
  readonly policy?: Change<Manifest>
  readonly data?: Change<Json>
}

/** A part's content as it is then, and the steps that led there. */
interface Change<Value> {
  readonly value: Value
  readonly operations: readonly PatchOperation[]
}

/** Signs what a catalogue says. */
export interface Press {
  readonly identity: Identity
  readonly signer: Signer
}

/** The steps of one write, with the content they name. */
export interface Steps {
  readonly entries: readonly SignedEntry[]
  readonly blobs: ReadonlyMap<Digest, Uint8Array>
}

/** What one step of a part holds. */
export interface StepContent {
  readonly part: Part
  readonly kind: Entry['kind']
  readonly digest: Digest
  readonly bytes: Uint8Array
}

const encoder = new TextEncoder()

/** Signs an entry for each part that a write changes, all under the next sequence. */
export async function signSteps(
  current: InForce,
  write: Write,
  { contents, identity, signer }: Press & { readonly contents: readonly StepContent[] },
): Promise<Steps> {
  const { transaction } = write
  if (transaction === null) return { entries: [], blobs: new Map() }
  const { units } = write.deployed ?? current
  const blobs = new Map(contentOfUnits(units, current.units))
  const entries: SignedEntry[] = []
  for (const { part, kind, digest, bytes } of contents) {
    const { scope, epoch } = identity
    const place = { scope, part, epoch, sequence: current.sequence + 1 }
    const prev = current.logs[part].at(-1)?.position ?? null
    blobs.set(digest, bytes)
    const entry = { ...place, kind, prev, content: digest, transaction }
    entries.push(await signEntry(entry, signer, digestOf))
  }
  return { entries, blobs }
}

/** A snapshot for a reader whose position the part's log no longer reaches: it stands for the latest one. */
export async function signSnapshot(
  current: InForce,
  part: Part,
  { signer }: Press,
): Promise<Steps> {
  const tip = current.logs[part].at(-1)
  if (!tip) return { entries: [], blobs: new Map() }
  const bytes = encoder.encode(stringifyJson(contentOf(current, part)))
  const content = digestOf(bytes)
  const entry: Entry = { ...tip.entry, kind: 'snapshot', standsFor: tip.position, content }
  return { entries: [await signEntry(entry, signer)], blobs: new Map([[content, bytes]]) }
}

/** The statement of where every part is, issued at `issued` (ms since 1970). */
export function signHeadOf(current: InForce, issued: number, press: Press): Promise<SignedHead> {
  const { sequence, state, logs } = current
  return signHead(
    { ...press.identity, sequence, issued, state, parts: placesOf(logs) },
    press.signer,
  )
}

function placesOf(logs: Logs): SignedHead['head']['parts'] {
  const [policy, data] = [placeOf(logs.policy), placeOf(logs.data)]
  return { ...(policy && { policy }), ...(data && { data }) }
}

function placeOf(log: readonly SignedEntry[]): SignedHead['head']['parts']['data'] {
  const tip = log.at(-1)
  return tip && { sequence: tip.entry.sequence, position: tip.position }
}

/** What the steps of a write will hold. */
export function contentsOf({ logs }: InForce, write: Write): readonly StepContent[] {
  return parts.flatMap((part) => {
    const change = write[part]
    if (!change) return []
    const kind = logs[part].length === 0 ? 'snapshot' : 'patch'
    const text = kind === 'snapshot' ? stringifyJson(change.value) : patchText(part, change)
    const bytes = encoder.encode(text)
    return [{ part, kind, digest: digestOf(bytes), bytes }]
  })
}

function patchText(part: Part, { operations }: Change<unknown>): string {
  return part === 'policy' ? writeManifestPatch(operations) : stringifyJson(operations)
}
