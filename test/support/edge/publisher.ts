import { generateKeyPairSync } from 'node:crypto'

import { digestOf } from '@vedette/core/bundle/digest'
import type { Entry, Part, SignedEntry } from '@vedette/core/bundle/entry'
import { signEntry } from '@vedette/core/bundle/entry'
import type { Head } from '@vedette/core/bundle/head'
import { signHead } from '@vedette/core/bundle/head'
import type { Manifest, Unit } from '@vedette/core/bundle/manifest'
import type { PatchOperation } from '@vedette/core/bundle/patch'
import type { Signer } from '@vedette/core/bundle/signature'
import { createSigner, publicPart } from '@vedette/core/bundle/signature'
import { builtinNames } from '@vedette/core/evaluator/builtins/table'
import type { Json } from '@vedette/core/json/json'
import { stringifyJson } from '@vedette/core/json/stringify'
import type { Blob } from '@vedette/core/protocol/blob'
import { packBytes, packText } from '@vedette/core/protocol/blob'
import type { Push } from '@vedette/core/protocol/push'
import { protocolVersion } from '@vedette/core/protocol/version'

export interface Key {
  readonly signer: Signer
  /** JWKS text, as `VEDETTE_TRUST` takes it. */
  readonly trust: string
}

export async function createKey(): Promise<Key> {
  const { privateKey } = generateKeyPairSync('ed25519')
  const jwk = { ...privateKey.export({ format: 'jwk' }), kty: 'OKP', kid: 'test' }
  return {
    signer: await createSigner(jwk),
    trust: JSON.stringify({ keys: [publicPart(jwk)] }),
  }
}

export interface UnitSource {
  readonly packages: readonly string[]
  readonly entrypoints: readonly string[]
  readonly functions?: readonly string[]
  readonly wasm: Uint8Array
}

/** Writes the log of a scope as a gateway would. Each step gives the push that carries it. */
export interface Publisher {
  deploy(units: readonly UnitSource[]): Promise<Push>
  setData(document: Json): Promise<Push>
  patch(operations: readonly PatchOperation[]): Promise<Push>
  /** The head of where everything is now. */
  renew(overrides?: Partial<Head>): Promise<Push>
}

export interface PublisherOptions {
  readonly signer: Signer
  readonly epoch: number
  readonly scope?: string
}

const encoder = new TextEncoder()

export function createPublisher(options: PublisherOptions): Publisher {
  const { signer, epoch, scope = 'default' } = options
  const tips: Partial<Record<Part, SignedEntry>> = {}
  let sequence = 0

  async function write(part: Part, kind: Entry['kind'], blobs: readonly Blob[]): Promise<Push> {
    const step = await signEntry(
      {
        scope,
        part,
        epoch,
        sequence: ++sequence,
        kind,
        prev: tips[part]?.position ?? null,
        content: blobs[0]?.digest ?? '',
        transaction: { id: `t${epoch}.${sequence}`, kind: part },
      },
      signer,
    )
    tips[part] = step
    return { ...(await renew()), entries: [step.statement], blobs: [...blobs] }
  }

  async function renew(overrides: Partial<Head> = {}): Promise<Push> {
    const { policy, data } = tips
    const head: Head = {
      scope,
      epoch,
      sequence,
      issued: Date.now(),
      maxAgeMs: 24 * 3_600_000,
      whenOlder: 'deny',
      state: 'ACTIVE',
      parts: { ...(policy && { policy: place(policy) }), ...(data && { data: place(data) }) },
      ...overrides,
    }
    const { statement } = await signHead(head, signer)
    return { ...emptyPush(), scope, head: statement }
  }

  return {
    async deploy(sources) {
      const { manifest, blobs } = await compose(sources)
      return write('policy', 'snapshot', [await packed(JSON.stringify(manifest)), ...blobs])
    },
    setData: async (document) => write('data', 'snapshot', [await packed(stringifyJson(document))]),
    patch: async (operations) => write('data', 'patch', [await packed(JSON.stringify(operations))]),
    renew,
  }
}

/** Asks what is held. */
export function emptyPush(): Push {
  const id = crypto.randomUUID()
  return { protocol: protocolVersion, id, scope: 'default', entries: [], blobs: [], head: null }
}

async function compose(
  sources: readonly UnitSource[],
): Promise<{ readonly manifest: Manifest; readonly blobs: readonly Blob[] }> {
  const blobs = await Promise.all(
    sources.map(async ({ wasm }) => packBytes(await digestOf(wasm), wasm)),
  )
  const units = sources.map(({ packages, entrypoints, functions = [] }, index): Unit => {
    const name = packages[0] ?? ''
    return {
      name,
      packages: [...packages],
      entrypoints: [...entrypoints],
      functions: [...functions],
      reads: [[]],
      builtins: [...builtinNames],
      wasm: blobs[index]?.digest ?? '',
    }
  })
  const named = Object.fromEntries(units.map((unit) => [unit.name, unit]))
  return { manifest: { policies: {}, units: named }, blobs }
}

async function packed(text: string): Promise<Blob> {
  return packText(await digestOf(text), encoder.encode(text))
}

function place({ entry, position }: SignedEntry): { sequence: number; position: string } {
  return { sequence: entry.sequence, position }
}
