import { createBreath } from '../breath.ts'
import type { Digest } from '../bundle/digest.ts'
import { digestOf } from '../bundle/digest.ts'
import type { Entry, SignedEntry } from '../bundle/entry.ts'
import { openEntry } from '../bundle/entry.ts'
import type { SignedHead } from '../bundle/head.ts'
import { openHead } from '../bundle/head.ts'
import { parseManifestPatch, unitsOfPatch } from '../bundle/manifest-patch.ts'
import type { NeededBlobs } from '../bundle/manifest.ts'
import { parseManifest } from '../bundle/manifest.ts'
import { VedetteError, codeOf, messageOf } from '../errors.ts'
import { neededBlobs } from '../evaluator/unit-engine.ts'
import { checkBlob, unpackBlob } from '../protocol/blob.ts'
import type { Holdings } from '../protocol/held.ts'
import type { Push } from '../protocol/push.ts'
import type { Blobs } from './content.ts'
import type { Log } from './log.ts'
import { chainOf } from './log.ts'
import type { Stored } from './records.ts'
import type { ReplicaOptions } from './replica.ts'
import type { Names, ReplicaEvent, ReplicaState, Seen } from './state.ts'
import {
  emptyState,
  isOlder,
  canActivate,
  missingContent,
  namedContent,
  transition,
} from './state.ts'

export type HoldingOptions = Pick<
  ReplicaOptions,
  'digester' | 'fetchBlob' | 'neededBlobs' | 'scope' | 'trust'
>

/**
 * A chain of patches longer than this, or larger, is given up for a snapshot: the next answer claims to hold nothing of
 * the part. All of it is kept in memory, of which a Worker has 128 MB.
 */
const longestChain = 256
const chainBytes = 16 * 1024 * 1024

/** Content may come ahead of the step that names it; beyond this, the latest is kept and the rest forgotten. */
const earlyBytes = 32 * 1024 * 1024

const decoder = new TextDecoder()

/** What a replica holds: the machine's state, and the bytes behind it. Lets in only what verifies. */
export class Holding {
  readonly #options: HoldingOptions
  #state: ReplicaState = emptyState()
  #blobs = new Map<Digest, Uint8Array>()
  /** What was named at the last sweep: when it is no longer, it is of the past. */
  #named: ReadonlySet<Digest> = new Set()

  constructor(options: HoldingOptions) {
    this.#options = options
  }

  get state(): ReplicaState {
    return this.#state
  }

  get blobs(): Blobs {
    return this.#blobs
  }

  holdings(): Holdings {
    const { policy, data } = this.#state.logs
    const [policyPosition, dataPosition] = [this.#claimed(policy), this.#claimed(data)]
    return {
      positions: {
        ...(policyPosition && { policy: policyPosition }),
        ...(dataPosition && { data: dataPosition }),
      },
      missing: [...missingContent(this.#state)],
    }
  }

  apply(event: ReplicaEvent): void {
    this.#state = transition(this.#state, event)
  }

  /** Begins anew, with nothing but the memory of what was seen. */
  reset(seen: Seen | null): void {
    this.#state = emptyState(seen)
    this.#blobs.clear()
  }

  /** Takes what storage kept as if it had just come; it may be older than what was `seen` since. */
  restore(stored: Stored | undefined, seen: Seen | null): void {
    this.reset(stored ? null : seen)
    if (!stored) return
    const { head, entries, blobs } = stored
    this.#hold(blobs)
    for (const entry of entries) this.#acceptEntry(entry)
    this.#acceptHead(head)
    if (!canActivate(this.#state))
      throw new VedetteError('ERR_STORAGE', 'storage lost a part of what it held')
    if (seen && isOlder(head.head, seen)) this.#state = { ...this.#state, seen }
  }

  /** Lets in what verifies, in order; the first thing that does not ends it. What came before stays. */
  async believe(push: Push): Promise<void> {
    this.#checkScope('a push', push.scope)
    const { blobs, steps, head } = begin(push, this.#options)
    await this.#holdAll(blobs)
    for (const opening of steps) {
      const step = await opening
      // A stand-in is of no use without its content; other content may come later.
      if (step.entry.standsFor) await this.#fetch([step.entry.content])
      this.#acceptEntry(step)
    }
    if (head) this.#acceptHead(await head)
  }

  /** Keeps content that nothing names so far, for the step to come. */
  async keep(content: Uint8Array): Promise<void> {
    const { digester = digestOf } = this.#options
    this.#hold(new Map([[await digester(content), content]]))
    this.sweep()
  }

  /** Gets what is missing where there is a way to; a manifest that comes may name more. */
  async fetchMissing(): Promise<void> {
    if (!this.#options.fetchBlob) return
    const breathe = createBreath()
    let missing = missingContent(this.#state)
    while (missing.length > 0) {
      await this.#fetch(missing)
      await breathe()
      missing = missingContent(this.#state)
    }
  }

  /** Lets go of content that nothing names any more; what nothing has named yet may be ahead of its step. */
  sweep(): void {
    const named = namedContent(this.#state)
    this.apply({ type: 'swept', early: this.#early(named) })
    this.#named = named
    for (const digest of this.#blobs.keys())
      if (!this.#state.held.has(digest)) this.#blobs.delete(digest)
  }

  /** The position that an answer claims to hold. */
  #claimed(log: Log): Digest | undefined {
    const chain = chainOf(log)
    const sizes = chain.map(({ entry }) => this.#blobs.get(entry.content)?.byteLength ?? 0)
    const isTooLong =
      chain.length > longestChain || sizes.reduce((sum, size) => sum + size, 0) > chainBytes
    return isTooLong ? undefined : log.at(-1)?.position
  }

  #early(named: ReadonlySet<Digest>): ReadonlySet<Digest> {
    const isNew = (digest: Digest): boolean => !named.has(digest) && !this.#named.has(digest)
    const unnamed = [...this.#blobs].filter(([digest]) => isNew(digest)).reverse()
    let bytes = 0
    const early = unnamed.filter(([, blob]) => (bytes += blob.byteLength) <= earlyBytes)
    return new Set(early.map(([digest]) => digest))
  }

  #acceptEntry(step: SignedEntry): void {
    const { scope, content } = step.entry
    this.#checkScope('an entry', scope)
    this.apply({ type: 'entry', entry: step })
    // Content that came first is looked at again: only now is it known for a manifest.
    const bytes = this.#blobs.get(content)
    if (bytes) this.#hold(new Map([[content, bytes]]))
  }

  #acceptHead(head: SignedHead): void {
    this.#checkScope('a head', head.head.scope)
    this.apply({ type: 'head', head })
  }

  #checkScope(what: string, scope: string): void {
    if (scope === this.#options.scope) return
    throw new VedetteError(
      'ERR_SCOPE',
      `${what} for scope '${scope}', not '${this.#options.scope}'`,
    )
  }

  async #fetch(wanted: readonly Digest[]): Promise<void> {
    const { fetchBlob } = this.#options
    if (!fetchBlob) return
    const lacking = wanted.filter((digest) => !this.#blobs.has(digest))
    await this.#holdAll(fetched(lacking, { ...this.#options, fetchBlob }))
  }

  /** What came before the first that fails stays. */
  async #holdAll(coming: AsyncIterable<Blob> | Iterable<Promise<Blob>>): Promise<void> {
    const blobs = new Map<Digest, Uint8Array>()
    try {
      for await (const [digest, bytes] of coming) blobs.set(digest, bytes)
    } finally {
      this.#hold(blobs)
    }
  }

  /** Keeps bytes that are what their address says. What the part `policy` is made of names further blobs. */
  #hold(blobs: Blobs): void {
    if (blobs.size === 0) return
    const held = new Map<Digest, Names>()
    for (const [digest, bytes] of blobs) {
      const step = this.#state.logs.policy.find(({ entry }) => entry.content === digest)
      held.set(digest, step ? this.#namesIn(bytes, step.entry.kind) : nothing)
      this.#blobs.set(digest, bytes)
    }
    this.apply({ type: 'content', held })
  }

  /** What cannot be read names nothing: its activation fails and says why, and the next policy can still come. */
  #namesIn(bytes: Uint8Array, kind: Entry['kind']): Names {
    const { neededBlobs: needed = neededBlobs } = this.#options
    try {
      return namesIn(decoder.decode(bytes), kind, needed)
    } catch {
      return nothing
    }
  }
}

const nothing: Names = new Map()

type Blob = readonly [digest: Digest, bytes: Uint8Array]
type Fetching = Pick<HoldingOptions, 'digester'> & Required<Pick<HoldingOptions, 'fetchBlob'>>

/** One after the other; each is what its address says. */
async function* fetched(
  digests: readonly Digest[],
  { fetchBlob, digester }: Fetching,
): AsyncGenerator<Blob> {
  const breathe = createBreath()
  for (const digest of digests) {
    const bytes = await fetchBlob(digest).catch((cause: unknown) => {
      const code = codeOf(cause, 'ERR_CONTENT')
      throw new VedetteError(code, `content ${digest}: ${messageOf(cause)}`, { cause })
    })
    yield [digest, await checkBlob(digest, bytes, digester)]
    await breathe()
  }
}

/** Digests and signatures are checked beside this thread: all at once, to be waited for in order. */
function begin({ blobs, entries, head }: Push, { trust, digester }: HoldingOptions): Opening {
  const opening = {
    blobs: blobs.map(async (blob) => [blob.digest, await unpackBlob(blob, digester)] as const),
    steps: entries.map((statement) => openEntry(statement, trust, digester)),
    head: head === null ? undefined : openHead(head, trust),
  }
  const all = [...opening.blobs, ...opening.steps, opening.head]
  // Nobody waits any more for what follows the first that fails.
  for (const each of all) each?.catch(() => {})
  return opening
}

interface Opening {
  readonly blobs: readonly Promise<Blob>[]
  readonly steps: readonly Promise<SignedEntry>[]
  readonly head: Promise<SignedHead> | undefined
}

function namesIn(text: string, kind: Entry['kind'], needed: NeededBlobs): Names {
  const units =
    kind === 'snapshot'
      ? Object.entries(parseManifest(text).units)
      : unitsOfPatch(parseManifestPatch(text))
  return new Map(units.map(([name, unit]) => [name, unit ? needed(unit) : []]))
}
