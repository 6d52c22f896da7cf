import type { Digest } from '@vedette/core/bundle/digest'
import type { Part, SignedEntry } from '@vedette/core/bundle/entry'
import type { PdpState } from '@vedette/core/bundle/head'

import type { UpdateName, UpdateStore } from './update-store.ts'

/**
 * What must survive a crash. A promise that resolved is on disk; one that rejected (`ERR_STORAGE`) changed nothing.
 * Documents, policies, requests and statuses are JSON texts: the store keeps them and does not read them.
 */
export interface CatalogStore extends UpdateStore {
  /** What is in force; a scope met for the first time is made with `epoch`. */
  load(scope: string, epoch: number): Promise<StoredCatalog>
  /** One write of the catalogue, in one transaction. */
  write(change: CatalogChange): Promise<void>

  /** Keeps a replica's last status, replacing the one before. */
  putReport(replica: string, status: string): Promise<void>
  removeReport(replica: string): Promise<void>
  /** Last statuses by replica. */
  reports(): Promise<ReadonlyMap<string, string>>

  putSetting(key: string, value: string): Promise<void>
  setting(key: string): Promise<string | undefined>

  /** Keeps what the PAP was answered to a request; beyond a thousand, the oldest is forgotten. */
  putAnswer(request: string, answer: string): Promise<void>
  answer(request: string): Promise<string | undefined>

  close(): Promise<void>
}

export interface StoredCatalog {
  readonly epoch: number
  readonly sequence: number
  /** When the latest durable head was issued, ms since 1970; 0 before the first. */
  readonly issued: number
  readonly state: PdpState
  /** TOSCA policies in deployment order. */
  readonly policies: readonly string[]
  /** The kept entries of every part, oldest first. */
  readonly entries: readonly SignedEntry[]
  readonly blobs: ReadonlyMap<Digest, Uint8Array>
  readonly checkpoints: readonly Checkpoint[]
}

/** A part as it was at a sequence, as JSON; the patches of later entries lead on from there. */
export interface Checkpoint {
  readonly part: Part
  readonly sequence: number
  readonly content: string
}

/** Everything one write changes. Without a checkpoint of a part the one before stays. */
export interface CatalogChange {
  readonly scope: string
  readonly sequence: number
  readonly issued: number
  readonly state: PdpState
  readonly policies: PolicyChange
  readonly entries: readonly SignedEntry[]
  readonly blobs: ReadonlyMap<Digest, Uint8Array>
  readonly forget: Forgotten
  readonly checkpoints: readonly Checkpoint[]
  /** Null for a change of state. */
  readonly update: UpdateName | null
  readonly setting: Setting | null
}

/** What somebody else keeps, in the same transaction. */
export interface Setting {
  readonly key: string
  readonly value: string
}

export interface PolicyChange {
  /** Names of policies that go; they go before the new ones come. */
  readonly removed: readonly string[]
  readonly added: readonly { readonly name: string; readonly text: string }[]
}

/** Entries, by position, and blobs that nobody needs any more. */
interface Forgotten {
  readonly positions: readonly Digest[]
  readonly blobs: readonly Digest[]
}
