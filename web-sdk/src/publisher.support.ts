import { digestOf } from '@vedette/core/bundle/digest'
import type { Digest } from '@vedette/core/bundle/digest'
import { signEntry } from '@vedette/core/bundle/entry'
import type { Part, SignedEntry } from '@vedette/core/bundle/entry'
import { signHead } from '@vedette/core/bundle/head'
import type { Head, SignedHead } from '@vedette/core/bundle/head'
import type { Unit } from '@vedette/core/bundle/manifest'
import { createSigner } from '@vedette/core/bundle/signature'
import { programVersion } from '@vedette/core/evaluator/plan/program'
import type { Json } from '@vedette/core/json/json'
import { stringifyJson } from '@vedette/core/json/stringify'
import { packBytes } from '@vedette/core/protocol/blob'
import type { Holdings } from '@vedette/core/protocol/held'
import type { Push } from '@vedette/core/protocol/push'
import { protocolVersion } from '@vedette/core/protocol/version'

import type { TrustedKeys } from './policy-client.ts'

const scope = 'default'
/** Larger content is fetched by its address. */
const inlineBytes = 32 * 1024
const encoder = new TextEncoder()

type Changes = Partial<Pick<Head, 'state' | 'maxAgeMs' | 'whenOlder' | 'issued'>>

/** What a unit is before it is at addresses. */
export type BareUnit = Omit<Unit, 'program' | 'wasm'>

export interface Compiled {
  readonly program?: string
  readonly wasm?: Uint8Array
}

/** Publishes one scope as a gateway would: signs what the test says. */
export class Publisher {
  static async create(): Promise<Publisher> {
    const { privateKey } = (await crypto.subtle.generateKey({ name: 'Ed25519' }, true, [
      'sign',
      'verify',
    ])) as CryptoKeyPair
    const { kty, crv, x, d } = await crypto.subtle.exportKey('jwk', privateKey)
    const key = { kty: String(kty), crv: String(crv), x: String(x), d: String(d), kid: 'test' }
    const { d: _secret, ...publicKey } = key
    return new Publisher(await createSigner(key), { keys: [publicKey] })
  }

  readonly trust: TrustedKeys
  readonly #signer: Awaited<ReturnType<typeof createSigner>>
  readonly #contents = new Map<Digest, Uint8Array>()
  readonly #logs: Record<Part, SignedEntry[]> = { policy: [], data: [] }
  #document: Json = {}
  #sequence = 0
  #head: SignedHead | undefined

  constructor(signer: Awaited<ReturnType<typeof createSigner>>, trust: TrustedKeys) {
    this.#signer = signer
    this.trust = trust
  }

  /** Publishes one unit, as the program or the wasm that it was compiled to. */
  async putPolicy(unit: BareUnit, { program, wasm }: Compiled): Promise<Push> {
    const made: Unit = {
      ...unit,
      ...(program !== undefined && {
        program: { digest: await this.#keep(encoder.encode(program)), version: programVersion },
      }),
      ...(wasm && { wasm: await this.#keep(wasm) }),
    }
    return this.#write('policy', 'snapshot', { policies: {}, units: { [unit.name]: made } })
  }

  /** Publishes `value` at `/node`, as the whole of the data. */
  putData(value: Json): Promise<Push> {
    this.#document = { node: value }
    return this.#write('data', 'snapshot', this.#document)
  }

  /** Publishes a patch that puts `value` in place of what is at `/node`. */
  patchData(value: Json): Promise<Push> {
    this.#document = { node: value }
    return this.#write('data', 'patch', [{ op: 'replace', path: '/node', value }])
  }

  /** A new head over the same content. */
  async renew(changes: Changes = {}): Promise<Push> {
    await this.#issue(changes)
    return this.#push([])
  }

  /** What a reader at `positions` lacks, and the head. */
  async since(positions: Holdings['positions']): Promise<Push> {
    const policy = this.#logs.policy
    const known = policy.findIndex(({ position }) => position === positions.policy)
    return this.#push([...policy.slice(known + 1), ...(await this.#dataSince(positions.data))])
  }

  blob(digest: Digest): Uint8Array | undefined {
    return this.#contents.get(digest)
  }

  async #dataSince(position: Digest | undefined): Promise<readonly SignedEntry[]> {
    const log = this.#logs.data
    const known = log.findIndex((entry) => entry.position === position)
    if (known >= 0) return log.slice(known + 1)
    const tip = log.at(-1)
    return tip ? [await this.#snapshotAt(tip)] : []
  }

  async #snapshotAt(tip: SignedEntry): Promise<SignedEntry> {
    const content = await this.#keep(encoder.encode(stringifyJson(this.#document)))
    const entry = { ...tip.entry, kind: 'snapshot' as const, content, standsFor: tip.position }
    return signEntry(entry, this.#signer)
  }

  async #write(part: Part, kind: 'snapshot' | 'patch', value: Json): Promise<Push> {
    const sequence = ++this.#sequence
    const content = await this.#keep(encoder.encode(stringifyJson(value)))
    const prev = this.#logs[part].at(-1)?.position ?? null
    const transaction = { id: `t${sequence}`, kind: part }
    const step = await signEntry(
      { scope, part, epoch: 1, sequence, kind, prev, content, transaction },
      this.#signer,
    )
    this.#logs[part].push(step)
    await this.#issue({})
    return this.#push([step])
  }

  async #issue(changes: Changes): Promise<void> {
    const before = this.#head?.head
    const head: Head = {
      scope,
      epoch: 1,
      maxAgeMs: 3_600_000,
      whenOlder: 'deny',
      state: 'ACTIVE',
      ...before,
      issued: Math.max(Date.now(), (before?.issued ?? 0) + 1),
      ...changes,
      sequence: this.#sequence,
      parts: this.#positions(),
    }
    this.#head = await signHead(head, this.#signer)
  }

  #positions(): Head['parts'] {
    const tips = Object.entries(this.#logs).flatMap(([part, log]) => {
      const tip = log.at(-1)
      return tip ? [[part, { sequence: tip.entry.sequence, position: tip.position }] as const] : []
    })
    return Object.fromEntries(tips)
  }

  #push(entries: readonly SignedEntry[]): Push {
    const digests = entries.map(({ entry }) => entry.content)
    const blobs = [...new Set(digests)].flatMap((digest) => {
      const bytes = this.#contents.get(digest)
      return bytes && bytes.length <= inlineBytes ? [packBytes(digest, bytes)] : []
    })
    return {
      protocol: protocolVersion,
      id: '',
      scope,
      entries: entries.map(({ statement }) => statement),
      blobs,
      head: this.#head?.statement ?? null,
    }
  }

  async #keep(bytes: Uint8Array): Promise<Digest> {
    const digest = await digestOf(bytes)
    this.#contents.set(digest, bytes)
    return digest
  }
}
