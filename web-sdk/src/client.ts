import { emptyManifest } from '@vedette/core/bundle/manifest'
import { parseRevision } from '@vedette/core/bundle/revision'
import { createTrust } from '@vedette/core/bundle/signature'
import { VedetteError } from '@vedette/core/errors'
import type { Decision } from '@vedette/core/evaluator/decision'
import type { Json } from '@vedette/core/json/json'
import { sourceOfForeign } from '@vedette/core/json/source'
import type { StatusReport } from '@vedette/core/protocol/status-report'
import { mustReach } from '@vedette/core/replica/at-least'
import { createLocalEvaluator } from '@vedette/core/replica/local-evaluator'
import { followOpal } from '@vedette/core/replica/opal-document'
import { openReplica } from '@vedette/core/replica/replica'
import type { Replica } from '@vedette/core/replica/replica'
import { noTransactions } from '@vedette/core/replica/transactions'

import { createDoor } from './door.ts'
import type { DecideOptions, InForce, PolicyClient, PolicyClientOptions } from './policy-client.ts'
import { createBrowserStorage, replicaId } from './storage.ts'
import { synchronise } from './sync.ts'
import { tabName } from './tab-name.ts'
import { createWatchers } from './watchers.ts'
import { writeBehind } from './write-behind.ts'

/** How long storage may lag behind what decides. */
const delayMs = 100

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
  const system = followOpal(() => replica?.transactions() ?? noTransactions)
  let replica: Replica | undefined
  let online = false
  let expiry: ReturnType<typeof setTimeout> | undefined

  async function start(): Promise<void> {
    const { fetch = globalThis.fetch, token } = options
    const { signal } = closing
    const door = createDoor({ url, scope, token, fetch, signal })
    replica = await openReplica({
      id: await tabName(await replicaId(name), signal),
      kind: 'browser',
      scope,
      trust,
      storage:
        options.storage ?? writeBehind(createBrowserStorage(name, onError), { delayMs, signal }),
      activate: (content) => evaluator.activate(content),
      fetchBlob: (digest) => door.blob(digest),
      answersFirst: true,
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
    evaluator.setOpal(system())
    tellFollowers()
    const head = replica?.active()?.head
    if (!head || closing.signal.aborted) return
    first.resolve()
    watchers.refresh()
    const youngMs = head.issued + head.maxAgeMs - now() + 1
    if (youngMs > 0) expiry = setTimeout(refresh, Math.min(youngMs, longestTimerMs))
  }

  function decide(entrypoint: string, input?: Json, { atLeast }: DecideOptions = {}): Decision {
    if (closing.signal.aborted) throw closed()
    if (atLeast !== undefined) mustReach(replica?.active()?.head, parseRevision(atLeast))
    const path = entrypoint.split('/').filter(Boolean)
    return evaluator.decide(path, input === undefined ? undefined : sourceOfForeign(input), now())
  }

  first.promise.catch(() => {})
  start().catch(onError)

  return {
    ready: () => first.promise,
    decide,
    async reached(revision) {
      if (closing.signal.aborted) throw closed()
      const wanted = parseRevision(revision)
      await replica?.waitFor(wanted)
      mustReach(replica?.active()?.head, wanted)
    },
    onChange: (entrypoint, input, listener) =>
      watchers.watch(() => decide(entrypoint, input), listener),
    status: () => ({ ...(replica?.status() ?? unopened(scope)), online }),
    onStatus(listener) {
      const follower = (): void => listener()
      followers.add(follower)
      return () => void followers.delete(follower)
    },
    inForce: () => inForce(replica?.active()?.manifest),
    system,
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

function inForce({ policies, units } = emptyManifest): InForce {
  const rules = Object.values(units).flatMap(({ entrypoints, packages, functions }) => {
    const others = new Set([...packages, ...functions])
    return entrypoints.filter((path) => !others.has(path))
  })
  return {
    policies: Object.entries(policies).map(([name, version]) => ({ name, version })),
    entrypoints: rules.toSorted(),
  }
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
    last: {},
    lastFailed: {},
    statistics: noTransactions.statistics,
    engine: null,
    versions: null,
  }
}
