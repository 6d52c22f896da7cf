import { exportJWK, generateKeyPair } from 'jose'
import type { JWK } from 'jose'

import { digestOf } from '../bundle/digest.ts'
import type { Digest } from '../bundle/digest.ts'
import type { Entry, Part, SignedEntry } from '../bundle/entry.ts'
import { parts, signEntry } from '../bundle/entry.ts'
import type { Head, PdpState, SignedHead } from '../bundle/head.ts'
import { signHead } from '../bundle/head.ts'
import { patchManifest } from '../bundle/manifest-patch.ts'
import type { Manifest, Unit } from '../bundle/manifest.ts'
import { emptyManifest } from '../bundle/manifest.ts'
import type { PatchOperation } from '../bundle/patch.ts'
import { applyPatch } from '../bundle/patch.ts'
import { formatRevision } from '../bundle/revision.ts'
import type { Signer, Trust } from '../bundle/signature.ts'
import { createSigner, createTrust, publicPart } from '../bundle/signature.ts'
import { neededBlobs } from '../evaluator/unit-engine.ts'
import type { Json } from '../json/json.ts'
import { stringifyJson } from '../json/stringify.ts'
import { packBytes } from '../protocol/blob.ts'
import type { Holdings } from '../protocol/held.ts'
import type { Push } from '../protocol/push.ts'
import { protocolVersion } from '../protocol/version.ts'

const encoder = new TextEncoder()

export interface Keys {
  readonly privateKey: JWK
  readonly signer: Signer
  readonly trust: Trust
}

export async function makeKeys(kid?: string): Promise<Keys> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const privateKey = { ...(await exportJWK(pair.privateKey)), ...(kid && { kid }) }
  return {
    privateKey,
    signer: await createSigner(privateKey),
    trust: createTrust({ keys: [publicPart(privateKey)] }),
  }
}

/** What a replica must hold once it is at a revision. */
export interface Truth {
  readonly manifest: Manifest
  readonly document: Json
  readonly state: PdpState
}

export type Logs = Readonly<Record<Part, readonly SignedEntry[]>>

/** What one write sends out, or what a reader lacks. */
export interface Delivery {
  readonly entries: readonly SignedEntry[]
  readonly head: SignedHead | undefined
}

const nothing: Truth = { manifest: emptyManifest, document: {}, state: 'ACTIVE' }

/** A gateway as replicas see it: real signatures, no compiler, no disk. Remembers what was true at each revision. */
export class ModelGateway {
  readonly history = new Map<string, Truth>()
  readonly blobs = new Map<Digest, Uint8Array>()
  readonly signer: Signer
  readonly scope: string
  epoch = 1
  sequence = 0
  now = 1_000_000
  truth: Truth = nothing
  logs: Logs = { policy: [], data: [] }
  head: SignedHead | undefined

  constructor(signer: Signer, scope = 'default') {
    this.signer = signer
    this.scope = scope
  }

  /** One policy of one unit, whose wasm is `text`, in place of all there is. */
  async deploy(text: string): Promise<Delivery> {
    const units = { [text]: await this.#unit(text, text) }
    return this.#replaceManifest({ policies: { [text]: '1.0.0' }, units })
  }

  /** Another version of the policy of this name, or a new one, beside the others. */
  async change(name: string, text: string): Promise<Delivery> {
    return this.#patchManifest([
      { op: 'add', path: `/policies/${name}`, value: text },
      { op: 'add', path: `/units/${name}`, value: await this.#unit(name, text) },
    ])
  }

  /** Takes the policy of this name away, if it is there. */
  async withdraw(name: string): Promise<Delivery> {
    if (!Object.hasOwn(this.truth.manifest.policies, name)) return this.renew()
    return this.#patchManifest([
      { op: 'remove', path: `/policies/${name}` },
      { op: 'remove', path: `/units/${name}` },
    ])
  }

  async replace(document: Json): Promise<Delivery> {
    this.truth = { ...this.truth, document }
    const content = stringifyJson(document)
    return this.publish([await this.sign({ part: 'data', kind: 'snapshot' }, content)])
  }

  async patch(operations: readonly PatchOperation[]): Promise<Delivery> {
    if (this.logs.data.length === 0) return this.replace(applyPatch({}, operations))
    this.truth = { ...this.truth, document: applyPatch(this.truth.document, operations) }
    const content = stringifyJson(operations)
    return this.publish([await this.sign({ part: 'data', kind: 'patch' }, content)])
  }

  /** `/count` at `value`. */
  async count(value: number): Promise<Delivery> {
    return this.patch([{ op: 'add', path: '/count', value }])
  }

  async changeState(state: PdpState): Promise<Delivery> {
    this.truth = { ...this.truth, state }
    return this.publish([])
  }

  async renew(): Promise<Delivery> {
    if (this.head) this.head = await this.signHead()
    return { entries: [], head: this.head }
  }

  /** A new database: nothing is left but the key. */
  async startAnew(): Promise<Delivery> {
    this.epoch += 1
    this.sequence = 0
    this.logs = { policy: [], data: [] }
    this.truth = nothing
    return this.publish([])
  }

  /** What a backup would hold now. */
  backup(): () => Promise<Delivery> {
    const { sequence, logs, truth } = this
    return async () => {
      this.epoch += 1
      Object.assign(this, { sequence, logs, truth })
      return this.publish([])
    }
  }

  /** Keeps no more than the latest `length` steps of each log. */
  shorten(length: number): void {
    const { policy, data } = this.logs
    this.logs = { policy: policy.slice(-length), data: data.slice(-length) }
  }

  /** The honest answer to what a replica holds: what follows, or snapshots where the log does not reach back. */
  async since({ positions }: Holdings): Promise<Delivery> {
    const answers = parts.map((part) => this.#sincePosition(part, positions[part]))
    return { entries: (await Promise.all(answers)).flat(), head: this.head }
  }

  /** `delivery` as it travels, with the blobs it names and those `missing`. */
  push(delivery: Delivery, missing: readonly Digest[] = []): Push {
    const named = delivery.entries.flatMap((step) => this.#namedBy(step))
    return {
      protocol: protocolVersion,
      id: 'push',
      scope: this.scope,
      entries: delivery.entries.map((step) => step.statement),
      blobs: [...new Set([...named, ...missing])].flatMap((digest) => {
        const bytes = this.blobs.get(digest)
        return bytes ? [packBytes(digest, bytes)] : []
      }),
      head: delivery.head?.statement ?? null,
    }
  }

  async keep(bytes: Uint8Array): Promise<Digest> {
    const digest = await digestOf(bytes)
    this.blobs.set(digest, bytes)
    return digest
  }

  /** The next step of a part's log, not yet published. */
  async sign(step: Pick<Entry, 'part' | 'kind'>, text: string): Promise<SignedEntry> {
    const entry: Entry = {
      ...step,
      scope: this.scope,
      epoch: this.epoch,
      sequence: this.sequence + 1,
      prev: this.logs[step.part].at(-1)?.position ?? null,
      content: await this.keep(encoder.encode(text)),
      transaction: { id: `t${this.epoch}.${this.sequence + 1}`, kind: step.part },
    }
    return signEntry(entry, this.signer)
  }

  async publish(entries: readonly SignedEntry[]): Promise<Delivery> {
    this.sequence += 1
    const added = (part: Part): SignedEntry[] => entries.filter((step) => step.entry.part === part)
    this.logs = {
      policy: [...this.logs.policy, ...added('policy')],
      data: [...this.logs.data, ...added('data')],
    }
    this.head = await this.signHead()
    this.history.set(formatRevision(this.head.head), this.truth)
    return { entries, head: this.head }
  }

  async signHead(overrides: Partial<Head> = {}): Promise<SignedHead> {
    this.now += 1
    const places = parts.flatMap((part) => {
      const tip = this.logs[part].at(-1)
      return tip ? [[part, { sequence: tip.entry.sequence, position: tip.position }]] : []
    })
    const head: Head = {
      scope: this.scope,
      epoch: this.epoch,
      sequence: this.sequence,
      issued: this.now,
      maxAgeMs: 86_400_000,
      whenOlder: 'deny',
      state: this.truth.state,
      parts: Object.fromEntries(places),
      ...overrides,
    }
    return signHead(head, this.signer)
  }

  /** The latest state of a part as a snapshot that stands for its position. */
  async standIn(part: Part): Promise<readonly SignedEntry[]> {
    const tip = this.logs[part].at(-1)
    if (!tip || tip.entry.kind === 'snapshot') return tip ? [tip] : []
    const { manifest, document } = this.truth
    const state = part === 'policy' ? JSON.stringify(manifest) : stringifyJson(document)
    const content = await this.keep(encoder.encode(state))
    const entry: Entry = { ...tip.entry, kind: 'snapshot', standsFor: tip.position, content }
    return [await signEntry(entry, this.signer)]
  }

  async #unit(name: string, text: string): Promise<Unit> {
    const wasm = await this.keep(encoder.encode(`wasm ${text}`))
    const paths = { packages: [], entrypoints: [], functions: [], reads: [[]], builtins: [] }
    return { name, ...paths, wasm }
  }

  async #replaceManifest(manifest: Manifest): Promise<Delivery> {
    this.truth = { ...this.truth, manifest }
    const content = JSON.stringify(manifest)
    return this.publish([await this.sign({ part: 'policy', kind: 'snapshot' }, content)])
  }

  async #patchManifest(patch: readonly PatchOperation[]): Promise<Delivery> {
    const manifest = patchManifest(this.truth.manifest, patch)
    if (this.logs.policy.length === 0) return this.#replaceManifest(manifest)
    this.truth = { ...this.truth, manifest }
    const content = stringifyJson(patch)
    return this.publish([await this.sign({ part: 'policy', kind: 'patch' }, content)])
  }

  async #sincePosition(part: Part, position?: Digest): Promise<readonly SignedEntry[]> {
    const log = this.logs[part]
    const index = log.findIndex((step) => step.position === position)
    return index >= 0 ? log.slice(index + 1) : this.standIn(part)
  }

  /** With a step of the policies go the units in force; what else a reader lacks, it says. */
  #namedBy({ entry }: SignedEntry): readonly Digest[] {
    if (entry.part === 'data') return [entry.content]
    return [entry.content, ...Object.values(this.truth.manifest.units).flatMap(neededBlobs)]
  }
}
