import { setImmediate as breathe } from 'node:timers/promises'

import type { Digest } from '@vedette/core/bundle/digest'
import type { SignedHead } from '@vedette/core/bundle/head'
import { formatRevision } from '@vedette/core/bundle/revision'

import type { ContentListener, Publication } from './catalog.ts'
import type { InForce, Logs } from './in-force.ts'
import type { Policy } from './policies/policy.ts'
import type { Press, Steps, Write } from './publication.ts'
import { contentsOf, signHeadOf, signSteps } from './publication.ts'
import type { Limits } from './retention.ts'
import { checkpointsAfter, dueCheckpoints, keptLogs, namedBlobs } from './retention.ts'
import type { CatalogChange, Checkpoint, PolicyChange } from './store.ts'

/** One write in its three forms: what is in force then, what readers get, what the store keeps. */
export interface Composition {
  readonly next: InForce
  readonly publication: Publication
  readonly change: CatalogChange
}

export interface ComposeOptions extends Press {
  readonly limits: Limits
  /** Of the head, ms since 1970. */
  readonly issued: number
  readonly onContent: ContentListener
}

/** Makes the next sequence: an entry for each part that changed, and the head over all of them. */
export async function compose(
  current: InForce,
  write: Write,
  options: ComposeOptions,
): Promise<Composition> {
  const contents = contentsOf(current, write)
  if (write.transaction?.kind === 'data')
    options.onContent(new Map(contents.map(({ digest, bytes }) => [digest, bytes])))
  const note = write.note?.() ?? ''
  const steps = await signSteps(current, write, { ...options, contents })
  if (write.policy) await breathe()
  const { next, checkpoints } = kept(
    grown(current, write, { steps, issued: options.issued }),
    options.limits,
  )
  const head = await signHeadOf(next, options.issued, options)
  const { transaction, setting = null, isFollowUp = false } = write
  // Policies that are in force already are said again at times, which is no update to tell anybody of.
  const isNews = transaction?.kind === 'data' || (steps.entries.length > 0 && !isFollowUp)
  const update =
    transaction && isNews ? { ...transaction, note, key: formatRevision(head.head) } : null
  return {
    next,
    publication: { ...newSteps(current, steps), head, transaction, update },
    change: { ...changeOf(current, next, { steps, head, checkpoints }), update, setting },
  }
}

function grown(
  current: InForce,
  { state, deployed, policy, data }: Write,
  { steps, issued }: { readonly steps: Steps; readonly issued: number },
): InForce {
  return {
    ...current,
    ...deployed,
    sequence: current.sequence + 1,
    issued,
    state: state ?? current.state,
    manifest: policy?.value ?? current.manifest,
    document: data?.value ?? current.document,
    logs: withEntries(current.logs, steps),
    blobs: withBlobs(current.blobs, steps),
  }
}

function withBlobs(blobs: InForce['blobs'], { blobs: brought }: Steps): InForce['blobs'] {
  const all = new Map(blobs)
  for (const [digest, bytes] of brought) all.set(digest, bytes)
  return all
}

function withEntries(logs: Logs, { entries }: Steps): Logs {
  const of = (part: keyof Logs): Logs['data'] => entries.filter(({ entry }) => entry.part === part)
  return { policy: [...logs.policy, ...of('policy')], data: [...logs.data, ...of('data')] }
}

/** Without what no reader needs any more. */
function kept(
  grown: InForce,
  limits: Limits,
): { readonly next: InForce; readonly checkpoints: readonly Checkpoint[] } {
  const due = dueCheckpoints(grown, limits)
  const checkpoints = checkpointsAfter(grown.checkpoints, due)
  const logs = keptLogs({ ...grown, checkpoints }, limits)
  const blobs = namedBlobs(logs, grown)
  return { next: { ...grown, checkpoints, logs, blobs }, checkpoints: due }
}

/** A reader that followed so far has the units that were in force; the content of steps it may have dropped. */
function newSteps(current: InForce, { entries, blobs }: Steps): Steps {
  const contents = new Set(entries.map(({ entry }) => entry.content))
  const isNew = (digest: Digest): boolean => contents.has(digest) || !current.blobs.has(digest)
  return { entries, blobs: new Map([...blobs].filter(([digest]) => isNew(digest))) }
}

function changeOf(
  current: InForce,
  next: InForce,
  made: {
    readonly steps: Steps
    readonly head: SignedHead
    readonly checkpoints: readonly Checkpoint[]
  },
): Omit<CatalogChange, 'update' | 'setting'> {
  const { scope } = made.head.head
  const { sequence, issued, state } = next
  const kept = new Set([...next.logs.policy, ...next.logs.data])
  return {
    scope,
    sequence,
    issued,
    state,
    policies: policyChange(current.policies, next.policies),
    entries: made.steps.entries,
    blobs: newSteps(current, made.steps).blobs,
    forget: {
      positions: [...current.logs.policy, ...current.logs.data]
        .filter((step) => !kept.has(step))
        .map(({ position }) => position),
      blobs: [...current.blobs.keys()].filter((digest) => !next.blobs.has(digest)),
    },
    checkpoints: made.checkpoints,
  }
}

function policyChange(before: readonly Policy[], after: readonly Policy[]): PolicyChange {
  const [old, now] = [new Set(before), new Set(after)]
  return {
    removed: before.filter((policy) => !now.has(policy)).map(({ name }) => name),
    added: after
      .filter((policy) => !old.has(policy))
      .map(({ name, tosca }) => ({ name, text: JSON.stringify(tosca) })),
  }
}
