import type { Manifest } from '@vedette/core/bundle/manifest'
import { createTrust } from '@vedette/core/bundle/signature'
import { VedetteError } from '@vedette/core/errors'
import type { Decision } from '@vedette/core/evaluator/decision'
import type { Json, JsonObject } from '@vedette/core/json/json'
import { stringifyJson } from '@vedette/core/json/stringify'
import type { StatusReport } from '@vedette/core/protocol/status-report'
import { createLocalEvaluator } from '@vedette/core/replica/local-evaluator'
import { opalDocument } from '@vedette/core/replica/opal-document'
import { openReplica } from '@vedette/core/replica/replica'
import type { Replica } from '@vedette/core/replica/replica'
import type { ReplicaStorage } from '@vedette/core/replica/storage'
import { noTransactions } from '@vedette/core/replica/transactions'

import { createDoor } from './door.ts'
import type { Token } from './door.ts'
import { createBrowserStorage, replicaId } from './storage.ts'
import { synchronise } from './sync.ts'
import { createWatchers } from './watchers.ts'
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

/** A policy decision point in the page. */
export interface PolicyClient {
  /** Resolves when there is something to decide with: from storage, or from the gateway. Rejects when closed before. */
  ready(): Promise<void>
  /**
   * Decides here and now. `entrypoint` is a path under `data`: `documents/allow`; `undefined` is no input, while
   * `null`, `false`, `0` and `""` are inputs.
   *
   * Throws when no decision can be made, and then nothing may be concluded: a `VedetteError` `ERR_NOT_READY`,
   * `ERR_PASSIVE`, `ERR_STALE` or `ERR_CLOSED`, an `EvaluationError`, or a `JsonError` for what is not JSON.
   */
  decide(entrypoint: string, input?: Json): Decision
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

/** The longest that a timer can wait. */
const longestTimerMs = 2 ** 31 - 1

/** Starts a policy decision point in the page; see `PolicyClient`. Throws when `trust` holds no usable key. */
export function createPolicyClient(options: PolicyClientOptions): PolicyClient {
  const { scope = 'default', now = Date.now, onError = () => {} } = options
  const url = new URL(options.url.replace(/\/*$/, '/'), globalThis.location?.href)
  const name = `vedette ${scope} ${url.href}`
  const trust = createTrust(options.trust)
  const closing = new AbortController()
  const first = Promise.withResolvers<void>()
  const evaluator = createLocalEvaluator()
  const watchers = createWatchers(onError)
  const followers = new Set<() => void>()
  let replica: Replica | undefined
  let online = false
  let expiry: ReturnType<typeof setTimeout> | undefined

  async function start(): Promise<void> {
    const { fetch = globalThis.fetch, token } = options
    const { signal } = closing
    const door = createDoor({ url, scope, token, fetch, signal })
    replica = await openReplica({
      id: await replicaId(name),
      kind: 'browser',
      scope,
      trust,
      storage: options.storage ?? createBrowserStorage(name, onError),
      activate: (content) => evaluator.activate(content),
      fetchBlob: (digest) => door.blob(digest),
      now,
    })
    replica.onChange(refresh)
    refresh()
    await synchronise({ door, replica, onOnline: setOnline, onError, signal })
  }

  function setOnline(is: boolean): void {
    online = is
    tellFollowers()
  }

  function tellFollowers(): void {
    for (const follower of followers) queueMicrotask(follower)
  }

  /** Answers change with what is active, and when it has become too old. */
  function refresh(): void {
    clearTimeout(expiry)
    tellFollowers()
    const head = replica?.active()?.head
    if (!head || closing.signal.aborted) return
    first.resolve()
    watchers.refresh()
    const youngMs = head.issued + head.maxAgeMs - now() + 1
    if (youngMs > 0) expiry = setTimeout(refresh, Math.min(youngMs, longestTimerMs))
  }

  function decide(entrypoint: string, input?: Json): Decision {
    if (closing.signal.aborted) throw closed()
    const path = entrypoint.split('/').filter(Boolean)
    return evaluator.decide(path, input === undefined ? undefined : stringifyJson(input), now())
  }

  first.promise.catch(() => {})
  start().catch(onError)

  return {
    ready: () => first.promise,
    decide,
    onChange: (entrypoint, input, listener) =>
      watchers.watch(() => decide(entrypoint, input), listener),
    status: () => ({ ...(replica?.status() ?? unopened(scope)), online }),
    onStatus(listener) {
      const follower = (): void => listener()
      followers.add(follower)
      return () => void followers.delete(follower)
    },
    inForce: () => inForce(replica?.active()?.manifest),
    system: () => opalDocument(replica?.transactions() ?? noTransactions),
    close() {
      closing.abort()
      clearTimeout(expiry)
      first.reject(closed())
    },
  }
}

function closed(): VedetteError<'ERR_CLOSED'> {
  return new VedetteError('ERR_CLOSED', 'the policy client was closed')
}

function inForce(manifest: Manifest = { policies: [], units: [] }): InForce {
  const rules = manifest.units.flatMap(({ entrypoints, packages, functions }) => {
    const others = new Set([...packages, ...functions])
    return entrypoints.filter((path) => !others.has(path))
  })
  return { policies: manifest.policies, entrypoints: rules.toSorted() }
}

/** For the moment that storage takes to answer. */
function unopened(scope: string): StatusReport {
  return {
    replica: 'browser',
    kind: 'browser',
    scope,
    revision: null,
    issued: null,
    state: null,
    ready: false,
    healthy: false,
    refusal: null,
    transactions: [],
    statistics: noTransactions.statistics,
  }
}
