import type { Digest } from '@vedette/core/bundle/digest'
import type { SignedEntry, TransactionName } from '@vedette/core/bundle/entry'
import type { Head, SignedHead } from '@vedette/core/bundle/head'
import type { Manifest } from '@vedette/core/bundle/manifest'
import type { PatchOperation } from '@vedette/core/bundle/patch'
import type { Revision } from '@vedette/core/bundle/revision'
import type { Signer } from '@vedette/core/bundle/signature'
import type { Json } from '@vedette/core/json/json'
import type { Holdings } from '@vedette/core/protocol/held'
import type { Logger } from 'pino'

import type { Administration } from '../pap/administration.ts'
import type { CatalogError } from './catalog-error.ts'
import type { JsonPatch } from './data/json-patch.ts'
import { DurableCatalog } from './durable-catalog.ts'
import { restore } from './restore.ts'
import type { CatalogStore, Setting } from './store.ts'
import type { Compiler, RegoModule } from './units/compile.ts'
import type { Checked, Gate } from './units/gate.ts'
import type { UpdateName } from './update-store.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * What is in force: policies, data, the PDP's state, and the parts' logs. A write that resolved is durable and was
 * handed to every listener; one that failed changed nothing. Writes happen one after the other.
 */
export interface Catalog extends Administration {
  /** OPAL's update: its writes in their order, all of them or none. Fails with `CatalogError`. */
  putData(change: DataChange): Promise<Revision>
  /**
   * ONAP's PATCH: all operations, one after the other, or none of them; no parents are created. Fails with
   * `CatalogError`; a patch that does not fit the document is no transaction, and nobody hears of it.
   */
  patchData(patch: DataPatch): Promise<Revision>
  /**
   * Takes what must not decide out of force, which is a failed transaction: the policy, of whatever version, that the
   * checked unit is of by now. Other content, under the same version too, stays.
   */
  withdraw(checked: Checked, reason: string): Promise<void>
  /** Resolves when the writes asked for so far were done, or failed. */
  settled(): Promise<void>
  /** Where a policy in force keeps its data; `undefined` when there is no policy of that name. */
  dataPaths(policyName: string): readonly (readonly string[])[] | undefined
  /** What is in force, as it was written. */
  sources(): Sources
  /** The whole data document: a value that is never changed in place. */
  document(): Json
  /** The latest head issued; none before the first write ever. */
  head(): SignedHead | undefined
  /** A head of the same revision, issued now, and not stored; of a new one when the clock was set back. */
  renewHead(): Promise<SignedHead | undefined>
  /** What a reader at `positions` lacks: what follows, or a part's snapshot when its log no longer reaches back. */
  since(positions: Holdings['positions']): Promise<Following>
  /** Content that the kept logs or the manifest name. */
  blob(digest: Digest): Promise<Uint8Array | undefined>
  /**
   * Called with the content of a data update before it is durable: who sends it on gains the time that takes. Nothing
   * names it so far, and nothing ever will when the write fails. Must not throw.
   */
  onContent(listener: ContentListener): void
  /** Called after each durable write, in order, and awaited before the write is acknowledged. */
  onPublished(listener: (publication: Publication) => void | Promise<void>): void
  /** Called for every attempt that failed, whole or in part, and awaited before that is answered. Must not throw. */
  onFailed(listener: FailureListener): void
  /** Lets the write in progress end, and closes the store. */
  close(): Promise<void>
}

/** Policies in force and the data document, at one revision. */
export interface Sources {
  readonly revision: Revision
  readonly modules: readonly RegoModule[]
  readonly document: Json
}

export interface DataChange {
  /** 1 to 200 characters: readers refuse another. */
  readonly id: string
  readonly writes: readonly DataWrite[]
  /**
   * Told of a write that does not fit, by its place: it is left out, and the others happen unless there are none.
   * Default: one that does not fit fails the whole.
   */
  readonly onUnfit?: (index: number, reason: CatalogError) => void
  /**
   * For the callbacks: kept in the write's own transaction, and handed on with what came of it. It is asked for when
   * what does not fit was told.
   */
  readonly note?: () => string
}

/**
 * PUT (the default) replaces what is at the path, and makes the parents it lacks; PATCH is relative to the path;
 * DELETE of what is not there changes nothing; FOLLOW brings what a source, that said `before`, says now, and keeps
 * what others wrote there.
 */
export type DataWrite = { readonly path: readonly string[] } & (
  | { readonly method?: 'PUT'; readonly value: Json }
  | { readonly method: 'PATCH'; readonly patch: JsonPatch }
  | { readonly method: 'DELETE' }
  | { readonly method: 'FOLLOW'; readonly value: Json; readonly before: Json | undefined }
)

export interface DataPatch {
  /** 1 to 200 characters: readers refuse another. */
  readonly id: string
  readonly operations: readonly PatchOperation[]
  /** As of a `DataChange`. */
  readonly note?: () => string
  readonly setting?: Setting | undefined
}

/** Entries in log order, and the blobs they name. */
export interface Following {
  readonly entries: readonly SignedEntry[]
  readonly blobs: ReadonlyMap<Digest, Uint8Array>
}

/** One durable write. `blobs` holds what no publication before it held; a change of state is no transaction. */
export interface Publication extends Following {
  readonly head: SignedHead
  readonly transaction: TransactionName | null
  readonly update: UpdateName | null
}

export type ContentListener = (blobs: Following['blobs']) => void

export type FailureListener = (failure: Failure) => void | Promise<void>

/** An attempt that failed; `begin` in ms since 1970. */
export interface Failure extends TransactionName {
  readonly error: string
  readonly begin: number
  readonly note?: string
}

/** What would be in force: handed to `tryOut` before it is. */
export interface Candidate {
  readonly manifest: Manifest
  readonly document: Json
  /** Content of its units. */
  blob(digest: Digest): Uint8Array
}

export interface CatalogOptions {
  readonly store: CatalogStore
  readonly compiler: Compiler
  readonly signer: Signer
  /** Refuses, by throwing, what the gateway's own replica cannot decide with. */
  readonly tryOut: (candidate: Candidate) => Promise<void>
  /** Has the last word on each unit that compiles. Default: none is refused. */
  readonly gate?: Gate
  /** Whether the packages and data of policy `role` may be called `rolex`, as in the Go PDP. Default false. */
  readonly loosePrefixes?: boolean
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
  /** Default `default`. */
  readonly scope?: string
  /** How old a head may be that still decides. Default 24 h. */
  readonly maxAgeMs?: number
  /** What an older head does. Default `deny`. */
  readonly whenOlder?: Head['whenOlder']
  /** Whether policies do not see OPAL's document at `data.system.opal`. Default: they do. */
  readonly hidesOpal?: boolean
  /** ms since 1970. Default: this machine's clock. */
  readonly now?: () => number
}

/** Opens the catalogue as the store kept it, with a head issued now. */
export async function openCatalog(options: CatalogOptions): Promise<Catalog> {
  const { scope = 'default', maxAgeMs = DAY_MS, whenOlder = 'deny', now = Date.now } = options
  const stored = await options.store.load(scope, Math.floor(now() / 1000))
  const hidden = options.hidesOpal && { hidesOpal: true as const }
  const identity = { scope, epoch: stored.epoch, maxAgeMs, whenOlder, ...hidden }
  const catalog = new DurableCatalog({ ...options, identity, now, current: restore(stored) })
  if (stored.sequence > 0) await catalog.renewHead()
  return catalog
}
