import type { Digest } from '../bundle/digest.ts'
import type { Part, SignedEntry } from '../bundle/entry.ts'
import { parts } from '../bundle/entry.ts'
import type { Head, SignedHead } from '../bundle/head.ts'
import { compareRevisions } from '../bundle/revision.ts'
import { VedetteError } from '../errors.ts'
import type { Log } from './log.ts'
import { stepsTo, trimmed, withPatch, withSnapshot } from './log.ts'

/*
 *            head (content lacking)            content                 activated
 *   empty ───────────────────────────► waiting ───────► activating ───────────────► active ◄─┐
 *     ▲                                                   │ failed                    │ head  │ activated
 *     └───────────────────────────────────────────────────┘                           ▼       │
 *                                               failed: the last good head goes on  catching-up ─► switching
 *
 * Everything that gets here is verified already. The machine holds what is known, decides what may follow what, and
 * touches nothing outside: time, storage and engines live in replica.ts. See SPEC.md for the rules by number.
 */

export interface ReplicaState {
  readonly logs: Readonly<Record<Part, Log>>
  /** Blobs held, each with what it names in turn. */
  readonly held: ReadonlyMap<Digest, Names>
  readonly active: SignedHead | null
  readonly pending: SignedHead | null
  /** Revision and time of issue of the latest head ever accepted. */
  readonly seen: Seen | null
  /** The head that could not be activated, so that it is not tried again at every renewal. */
  readonly failed: Head | null
}

export interface Seen {
  readonly epoch: number
  readonly sequence: number
  readonly issued: number
}

/** The blobs that a manifest needs, by unit; a patch names the units it changes, with none for those that go. */
export type Names = ReadonlyMap<string, readonly Digest[]>

export type StateKind = 'empty' | 'waiting' | 'activating' | 'active' | 'catching-up' | 'switching'

export type ReplicaEvent =
  | { readonly type: 'entry'; readonly entry: SignedEntry }
  | { readonly type: 'content'; readonly held: ReplicaState['held'] }
  | { readonly type: 'head'; readonly head: SignedHead }
  | { readonly type: 'activated' }
  | { readonly type: 'failed' }
  /** Content that no step names is let go, but for what may be ahead of its step. */
  | { readonly type: 'swept'; readonly early: ReadonlySet<Digest> }

/** A head that failed is tried again when one of the same content was issued this much later. */
const retryFailedAfterMs = 30_000

export function emptyState(seen: Seen | null = null): ReplicaState {
  return {
    logs: { policy: [], data: [] },
    held: new Map(),
    active: null,
    pending: null,
    seen,
    failed: null,
  }
}

export function kindOf(state: ReplicaState): StateKind {
  if (!state.pending) return state.active ? 'active' : 'empty'
  if (canActivate(state)) return state.active ? 'switching' : 'activating'
  return state.active ? 'catching-up' : 'waiting'
}

export type Activatable = ReplicaState & { readonly pending: SignedHead }

/** Whether a head waits that can be activated, as everything it names is held. */
export function canActivate(state: ReplicaState): state is Activatable {
  return state.pending !== null && !lacks(state, state.pending.head)
}

/** The state after an event. Throws `ERR_GAP` or `ERR_REPLAY` for what must not follow; the state then stays. */
export function transition(state: ReplicaState, event: ReplicaEvent): ReplicaState {
  switch (event.type) {
    case 'entry':
      return holdEntry(state, event.entry)
    case 'content':
      return { ...state, held: new Map([...state.held, ...event.held]) }
    case 'head':
      return acceptHead(state, event.head)
    case 'activated':
      return canActivate(state) ? activated(state, state.pending) : state
    case 'failed':
      return canActivate(state) ? { ...state, pending: null, failed: state.pending.head } : state
    case 'swept':
      return swept(state, event.early)
  }
}

/** Blobs that are named and not held. */
export function missingContent(state: ReplicaState): readonly Digest[] {
  return [...namedContent(state)].filter((digest) => !state.held.has(digest))
}

/** A state never changes, and is asked several times over. */
const namedIn = new WeakMap<ReplicaState, ReadonlySet<Digest>>()

/** The content of every step held, and what the manifests need that decide, that are to decide, and that are latest. */
export function namedContent(state: ReplicaState): ReadonlySet<Digest> {
  const known = namedIn.get(state)
  if (known) return known
  const named = namedBy(state)
  namedIn.set(state, named)
  return named
}

function namedBy(state: ReplicaState): ReadonlySet<Digest> {
  const { logs, held, active, pending } = state
  const heads = [active, pending].map((signed) => signed?.head.parts.policy?.position)
  const named = new Set([...logs.policy, ...logs.data].map(({ entry }) => entry.content))
  for (const place of new Set([...heads, logs.policy.at(-1)?.position]))
    addUnits(named, stepsTo(logs.policy, place) ?? [], held)
  return named
}

/** The content of these steps, and what the manifest needs that they lead to. */
export function contentOf(steps: Log, held: ReplicaState['held']): ReadonlySet<Digest> {
  const named = new Set(steps.map(({ entry }) => entry.content))
  addUnits(named, steps, held)
  return named
}

/** From the latest step back to its snapshot: what a later one says of a unit holds. */
function addUnits(named: Set<Digest>, steps: Log, held: ReplicaState['held']): void {
  const settled = new Set<string>()
  for (const { entry } of steps.toReversed()) {
    for (const [unit, digests] of held.get(entry.content) ?? []) {
      if (settled.has(unit)) continue
      settled.add(unit)
      for (const digest of digests) named.add(digest)
    }
    if (entry.part === 'policy' && entry.kind === 'snapshot') return
  }
}

/** Whether `a` is not the latest head once `b` was seen; within a revision the later issued is. */
export function isOlder(a: Seen, b: Seen): boolean {
  return (compareRevisions(a, b) || a.issued - b.issued) < 0
}

function holdEntry(state: ReplicaState, step: SignedEntry): ReplicaState {
  const { part, kind } = step.entry
  const log = state.logs[part]
  const next =
    kind === 'patch' ? withPatch(log, step) : withSnapshot(log, step, placeOf(state, step))
  return { ...state, logs: { ...state.logs, [part]: next } }
}

function placeOf(state: ReplicaState, step: SignedEntry): Parameters<typeof withSnapshot>[2] {
  const { part } = step.entry
  return {
    active: state.active?.head.parts[part]?.position,
    wanted: state.pending?.head.parts[part]?.position,
    isComplete: isComplete(state, [step]),
  }
}

function acceptHead(state: ReplicaState, signed: SignedHead): ReplicaState {
  const { head } = signed
  if (state.seen && isOlder(head, state.seen)) {
    throw new VedetteError(
      'ERR_REPLAY',
      `head ${head.epoch}.${head.sequence} is older than one already seen`,
    )
  }
  const { epoch, sequence, issued } = head
  const next = { ...state, seen: { epoch, sequence, issued } }
  if (signed.statement === state.active?.statement || isKnownBad(state, head)) return next
  return { ...next, pending: signed }
}

function isKnownBad({ failed }: ReplicaState, head: Head): boolean {
  return (
    failed !== null && samePlace(failed, head) && head.issued < failed.issued + retryFailedAfterMs
  )
}

function activated(state: ReplicaState, head: SignedHead): ReplicaState {
  const logOf = (part: Part): Log =>
    trimmed(state.logs[part], head.head.parts[part]?.position, head.head)
  const logs = { policy: logOf('policy'), data: logOf('data') }
  return { ...state, logs, active: head, pending: null, failed: null }
}

function swept(state: ReplicaState, early: ReadonlySet<Digest>): ReplicaState {
  const named = namedContent(state)
  const held = [...state.held].filter(([digest]) => named.has(digest) || early.has(digest))
  return held.length === state.held.size ? state : { ...state, held: new Map(held) }
}

function lacks(state: ReplicaState, head: Head): boolean {
  return parts.some((part) => {
    const place = head.parts[part]
    if (!place) return false
    const steps = stepsTo(state.logs[part], place.position)
    return !steps || !isComplete(state, steps)
  })
}

function isComplete({ held }: ReplicaState, steps: Log): boolean {
  return [...contentOf(steps, held)].every((digest) => held.has(digest))
}

function samePlace(a: Head, b: Head): boolean {
  return (
    compareRevisions(a, b) === 0 &&
    parts.every((part) => a.parts[part]?.position === b.parts[part]?.position)
  )
}
