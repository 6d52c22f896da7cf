import type { Digest } from '../bundle/digest.ts'
import type { Part, SignedEntry } from '../bundle/entry.ts'
import { parts } from '../bundle/entry.ts'
import type { Head, SignedHead } from '../bundle/head.ts'
import { compareRevisions } from '../bundle/revision.ts'
import { VedetteError } from '../errors.ts'

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
  /** Each part's steps, from a snapshot on, linked by position. */
  readonly logs: Readonly<Record<Part, readonly SignedEntry[]>>
  /** Blobs held, each with the blobs it names in turn. */
  readonly held: ReadonlyMap<Digest, readonly Digest[]>
  readonly active: SignedHead | null
  readonly pending: SignedHead | null
  /** The highest revision and the latest `issued` ever accepted. */
  readonly seen: Seen | null
  /** The head that could not be activated, so that it is not tried again at every renewal. */
  readonly failed: Head | null
}

export interface Seen {
  readonly epoch: number
  readonly sequence: number
  readonly issued: number
}

export type StateKind = 'empty' | 'waiting' | 'activating' | 'active' | 'catching-up' | 'switching'

export type ReplicaEvent =
  | { readonly type: 'entry'; readonly entry: SignedEntry }
  | { readonly type: 'content'; readonly digest: Digest; readonly names: readonly Digest[] }
  | { readonly type: 'head'; readonly head: SignedHead }
  | { readonly type: 'activated' }
  | { readonly type: 'failed' }

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
  if (lacks(state, state.pending.head)) return state.active ? 'catching-up' : 'waiting'
  return state.active ? 'switching' : 'activating'
}

/** The state after an event. Throws `ERR_GAP` or `ERR_REPLAY` for what must not follow; the state then stays. */
export function transition(state: ReplicaState, event: ReplicaEvent): ReplicaState {
  switch (event.type) {
    case 'entry':
      return holdEntry(state, event.entry)
    case 'content':
      return { ...state, held: new Map(state.held).set(event.digest, event.names) }
    case 'head':
      return acceptHead(state, event.head)
    case 'activated':
      return state.pending ? activated(state, state.pending) : state
    case 'failed':
      return { ...state, pending: null, failed: state.pending?.head ?? state.failed }
  }
}

/** The steps that make a part's content at a position: its last snapshot up to there, and the patches since. */
export function stepsTo(
  state: ReplicaState,
  part: Part,
  position: Digest,
): readonly SignedEntry[] | undefined {
  const log = state.logs[part]
  const end = log.findIndex((step) => step.position === position)
  if (end < 0) return undefined
  const start = log.findLastIndex((step, index) => index <= end && step.entry.kind === 'snapshot')
  return log.slice(start, end + 1)
}

/** Blobs that held entries name, directly or through another blob, and that are not held. */
export function missingContent(state: ReplicaState): readonly Digest[] {
  const missing = new Set<Digest>()
  for (const part of parts) {
    for (const step of state.logs[part])
      for (const digest of lacking(state, step.entry.content)) missing.add(digest)
  }
  return [...missing]
}

function holdEntry(state: ReplicaState, step: SignedEntry): ReplicaState {
  const log = state.logs[step.entry.part]
  const tip = log.at(-1)
  if (step.entry.kind === 'snapshot') return holdSnapshot(state, step, tip)
  if (tip && compareRevisions(step.entry, tip.entry) <= 0) return state
  if (!tip || step.entry.prev !== tip.position) {
    throw new VedetteError(
      'ERR_GAP',
      `entry ${step.entry.sequence} of ${step.entry.part} follows one that is not held`,
    )
  }
  return withLog(state, step.entry.part, [...log, step])
}

function holdSnapshot(
  state: ReplicaState,
  step: SignedEntry,
  tip: SignedEntry | undefined,
): ReplicaState {
  const { part } = step.entry
  if (!tip || compareRevisions(step.entry, tip.entry) > 0) {
    return withLog(state, part, [...state.logs[part], step])
  }
  // A snapshot that stands for where we are takes the place of the steps before it, but only with its content in hand.
  const replaces = step.position === tip.position && tip.entry.kind === 'patch'
  if (!replaces || lacking(state, step.entry.content).length > 0) return state
  return withLog(state, part, [step])
}

function withLog(state: ReplicaState, part: Part, log: readonly SignedEntry[]): ReplicaState {
  return { ...state, logs: { ...state.logs, [part]: log } }
}

function acceptHead(state: ReplicaState, signed: SignedHead): ReplicaState {
  const { head } = signed
  const { seen } = state
  if (seen && (compareRevisions(head, seen) < 0 || head.issued < seen.issued)) {
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
  const next: ReplicaState = { ...state, active: head, pending: null, failed: null }
  const logs = {
    policy: trimmedLog(next, 'policy', head.head),
    data: trimmedLog(next, 'data', head.head),
  }
  return { ...next, logs, held: stillNamed({ ...next, logs }) }
}

/** What came before the active content's snapshot is history; what follows the active position is staged. */
function trimmedLog(state: ReplicaState, part: Part, head: Head): readonly SignedEntry[] {
  const place = head.parts[part]
  const first = place && stepsTo(state, part, place.position)?.[0]
  return first ? state.logs[part].slice(state.logs[part].indexOf(first)) : state.logs[part]
}

function stillNamed(state: ReplicaState): ReadonlyMap<Digest, readonly Digest[]> {
  const named = new Map<Digest, readonly Digest[]>()
  const keep = (digest: Digest): void => {
    const names = state.held.get(digest)
    if (!names || named.has(digest)) return
    named.set(digest, names)
    names.forEach(keep)
  }
  for (const part of parts) for (const step of state.logs[part]) keep(step.entry.content)
  return named
}

function lacks(state: ReplicaState, head: Head): boolean {
  return parts.some((part) => {
    const place = head.parts[part]
    if (!place) return false
    const steps = stepsTo(state, part, place.position)
    return !steps || steps.some((step) => lacking(state, step.entry.content).length > 0)
  })
}

function lacking(state: ReplicaState, digest: Digest): readonly Digest[] {
  const names = state.held.get(digest)
  return names ? names.flatMap((named) => lacking(state, named)) : [digest]
}

function samePlace(a: Head, b: Head): boolean {
  return (
    compareRevisions(a, b) === 0 &&
    parts.every((part) => a.parts[part]?.position === b.parts[part]?.position)
  )
}
