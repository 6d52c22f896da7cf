import type { createTrust } from '@vedette/core/bundle/signature'
import type { Decision } from '@vedette/core/evaluator/decision'
import type { Json, JsonObject } from '@vedette/core/json/json'
import type { StatusReport } from '@vedette/core/protocol/status-report'
import type { ReplicaStorage } from '@vedette/core/replica/storage'

import type { Token } from './door.ts'
import type { DecisionListener } from './watchers.ts'

/** Public keys as a JWKS (RFC 7517); those that are not Ed25519 are passed over. */
export type TrustedKeys = Parameters<typeof createTrust>[0]

export interface PolicyClientOptions {
  /** The gateway's base URL, absolute or relative to the page. */
  readonly url: string
  /** The audience whose policies and data are wanted. Default: `default`. */
  readonly scope?: string
  /** A replica token for that scope, or a function that gets one: called first, and again after each 401. */
  readonly token: Token
  /** The keys whose signatures are believed. They come from the application, never from the gateway. */
  readonly trust: TrustedKeys
  /** Default: IndexedDB, a database for each scope and URL. */
  readonly storage?: ReplicaStorage
  /** Default: the browser's. */
  readonly fetch?: typeof globalThis.fetch
  /** ms since 1970. Default: this machine's clock. */
  readonly now?: () => number
  /** Told of everything that went wrong and is tried again. Default: nobody. */
  readonly onError?: (error: unknown) => void
}

export interface DecideOptions {
  /** `epoch.sequence`, as a write answered it: without it there is no decision. `reached` waits for it. */
  readonly atLeast?: string
}

/** A policy decision point in the page. */
export interface PolicyClient {
  /** Resolves when there is something to decide with: from storage, or from the gateway. Rejects when closed before. */
  ready(): Promise<void>
  /**
   * Decides here and now. `entrypoint` is a path under `data`: `documents/allow`; `undefined` is no input, while
   * `null`, `false`, `0` and `""` are inputs.
   *
   * Throws when no decision can be made, and then nothing may be concluded: a `VedetteError` `ERR_NOT_READY`,
   * `ERR_PASSIVE`, `ERR_STALE`, `ERR_REVISION_NOT_REACHED` or `ERR_CLOSED`, an `EvaluationError`, or a `JsonError` for what is not JSON.
   */
  decide(entrypoint: string, input?: Json, options?: DecideOptions): Decision
  /** Resolves when `decide` sees the write that answered this revision; rejects with `ERR_REVISION_NOT_REACHED`. */
  reached(revision: string): Promise<void>
  /** Calls `listener` whenever what `decide` would answer changes. Returns what ends it. */
  onChange(entrypoint: string, input: Json | undefined, listener: DecisionListener): () => void
  /** How this replica is doing, as the gateway is told; `online` while the stream is alive. */
  status(): ClientStatus
  /** Calls `listener` whenever `status` may tell something else. Returns what ends it. */
  onStatus(listener: () => void): () => void
  /** What this replica decides with; empty before `ready`. */
  inForce(): InForce
  /** OPAL's account of the last transactions, as at `data.system.opal`. */
  system(): JsonObject
  /** Ends everything; what is stored stays. */
  close(): void
}

export type ClientStatus = StatusReport & { readonly online: boolean }

export interface InForce {
  readonly policies: readonly { readonly name: string; readonly version: string }[]
  /** Rules that `decide` answers by one look-up, sorted; other paths can be asked for too. */
  readonly entrypoints: readonly string[]
}
