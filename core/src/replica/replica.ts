import type { Digest } from '../bundle/digest.ts'
import type { SignedEntry } from '../bundle/entry.ts'
import { openEntry } from '../bundle/entry.ts'
import type { Head } from '../bundle/head.ts'
import { openHead } from '../bundle/head.ts'
import { parseManifest } from '../bundle/manifest.ts'
import { formatRevision } from '../bundle/revision.ts'
import type { Trust } from '../bundle/signature.ts'
import { VedetteError, codeOf, messageOf } from '../errors.ts'
import { checkBlob, unpackBlob } from '../protocol/blob.ts'
import type { Held, Holdings } from '../protocol/held.ts'
import type { Push } from '../protocol/push.ts'
import type { Refusal, StatusReport } from '../protocol/status-report.ts'
import type { Content } from './content.ts'
import { buildContent, stepsBetween } from './content.ts'
import type { Memory, Stored } from './records.ts'
import { changeTo, readMemory, readStored } from './records.ts'
import type { ReplicaEvent, ReplicaState } from './state.ts'
import { emptyState, kindOf, missingContent, transition } from './state.ts'
import type { ReplicaStorage, StorageChange } from './storage.ts'
import type { TransactionLog } from './transactions.ts'
import { attemptsOf, isHealthy, isReady, noTransactions, record } from './transactions.ts'

export interface ReplicaOptions {
  /** Names this replica in reports and in the fleet; stable over restarts. */
  readonly id: string
  readonly kind: StatusReport['kind']
  readonly scope: string
  readonly trust: Trust
  readonly storage: ReplicaStorage
  /** Makes `content` the one that decides, whole or (throwing) not at all. */
  readonly activate: (content: Content) => Promise<void>
  /** Gets a blob that a verified entry names and no push carried. Absent: the answer says what is missing. */
  readonly fetchBlob?: (digest: Digest) => Promise<Uint8Array>
  /** ms since 1970. Default: this machine's clock. */
  readonly now?: () => number
}

/** The living copy of a scope: verifies what comes, activates it in whole steps, keeps it, and tells how it went. */
export interface Replica {
  /** Takes in a push, and answers what is held then. Nothing in it can make this throw. */
  receive(push: Push): Promise<Held>
  /** Notes something that came and could not even be read as a push; answers what is held. */
  refuse(error: unknown): Promise<Held>
  /** The head that decides, and what it stands for. */
  active(): Content | undefined
  /** The accepted head that waits for an entry or content it names. */
  pending(): Head | undefined
  holdings(): Holdings
  status(): StatusReport
  transactions(): TransactionLog
  /** Called after each change of what `status` says. */
  onChange(listener: () => void): void
}

/** A chain of patches longer than this is given up for a snapshot: the next answer claims to hold no data. */
const longestChain = 256

/** Opens a replica with what its storage kept, verified again; storage that does not verify is as good as empty. */
export async function openReplica(options: ReplicaOptions): Promise<Replica> {
  const replica = new LivingReplica(options)
  await replica.restore()
  return replica
}

class LivingReplica implements Replica {
  readonly #options: ReplicaOptions
  readonly #now: () => number
  readonly #listeners: (() => void)[] = []
  #state: ReplicaState = emptyState()
  #blobs = new Map<Digest, Uint8Array>()
  #content: Content | undefined
  #transactions: TransactionLog = noTransactions
  #refusal: Refusal | null = null
  #stored: ReadonlySet<string> = new Set()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: ReplicaOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  receive(push: Push): Promise<Held> {
    return this.#inTurn(() => this.#takeIn(push))
  }

  refuse(error: unknown): Promise<Held> {
    return this.#inTurn(() => {
      this.#refuse(error)
      return this.#answer('')
    })
  }

  active(): Content | undefined {
    return this.#content
  }

  pending(): Head | undefined {
    return this.#state.pending?.head
  }

  holdings(): Holdings {
    const policy = this.#state.logs.policy.at(-1)?.position
    const data =
      this.#state.logs.data.length > longestChain
        ? undefined
        : this.#state.logs.data.at(-1)?.position
    return {
      positions: { ...(policy && { policy }), ...(data && { data }) },
      missing: [...missingContent(this.#state)],
    }
  }

  status(): StatusReport {
    const { id: replica, kind, scope } = this.#options
    const head = this.#content?.head
    return {
      replica,
      kind,
      scope,
      revision: head ? formatRevision(head) : null,
      issued: head?.issued ?? null,
      state: head?.state ?? null,
      ready: isReady(this.#transactions),
      healthy: isHealthy(this.#transactions),
      refusal: this.#refusal,
      transactions: [...this.#transactions.recent],
      statistics: {
        policy: this.#transactions.statistics.policy,
        data: this.#transactions.statistics.data,
      },
    }
  }

  transactions(): TransactionLog {
    return this.#transactions
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener)
  }

  async restore(): Promise<void> {
    const records = await this.#options.storage.load()
    this.#stored = new Set(records.keys())
    this.#remember(readMemory(records))
    try {
      const stored = await readStored(records, this.#options.trust)
      if (stored) await this.#resume(stored)
    } catch (error) {
      this.#state = emptyState(this.#state.seen)
      this.#content = undefined
      this.#refuse(error)
      await this.#discardStored()
    }
  }

  /** What did not verify must not lie beside what will: each record is written once, and read whole. */
  async #discardStored(): Promise<void> {
    const remove = [...this.#stored].filter((key) => key !== 'memory')
    await this.#write({ put: new Map(), remove })
  }

  #inTurn(step: () => Promise<Held>): Promise<Held> {
    const turn = this.#turn.then(step)
    this.#turn = turn
    return turn
  }

  #remember(memory: Memory | undefined): void {
    if (!memory) return
    this.#state = emptyState(memory.seen)
    this.#transactions = memory.transactions
    this.#refusal = memory.refusal
  }

  /** Takes what storage kept as if it had just come; `seen` is set aside, as the head is the one that set it. */
  async #resume({ head, entries, blobs }: Stored): Promise<void> {
    const { seen } = this.#state
    this.#state = emptyState()
    for (const entry of entries) this.#apply({ type: 'entry', entry })
    for (const [digest, bytes] of blobs) this.#hold(digest, bytes)
    this.#apply({ type: 'head', head })
    if (!isComplete(this.#state))
      throw new VedetteError('ERR_STORAGE', 'storage lost a part of what it held')
    const content = buildContent(this.#state, head.head, this.#blobs)
    await this.#options.activate(content)
    this.#apply({ type: 'activated' })
    this.#content = content
    this.#state = { ...this.#state, seen: seen ?? this.#state.seen }
  }

  async #takeIn(push: Push): Promise<Held> {
    const begin = this.#now()
    try {
      await this.#believe(push)
      this.#nameUnits()
      await this.#fetch(missingContent(this.#state))
    } catch (error) {
      this.#refuse(error)
    }
    if (isComplete(this.#state)) await this.#activate(begin)
    return this.#answer(push.id)
  }

  async #answer(id: string): Promise<Held> {
    await this.#save()
    for (const listener of this.#listeners) listener()
    return { id, holdings: this.holdings(), status: this.status() }
  }

  /** Lets in what verifies, in order; the first thing that does not ends it. What came before stays. */
  async #believe(push: Push): Promise<void> {
    const { trust, scope } = this.#options
    if (push.scope !== scope)
      throw new VedetteError('ERR_SCOPE', `a push for scope '${push.scope}', not '${scope}'`)
    for (const blob of push.blobs) this.#hold(blob.digest, await unpackBlob(blob))
    for (const statement of push.entries) {
      const entry = await openEntry(statement, trust)
      this.#checkScope(entry.entry.scope)
      await this.#fetch([entry.entry.content])
      this.#apply({ type: 'entry', entry })
    }
    if (push.head === null) return
    const head = await openHead(push.head, trust)
    this.#checkScope(head.head.scope)
    this.#apply({ type: 'head', head })
  }

  #checkScope(scope: string): void {
    if (scope === this.#options.scope) return
    throw new VedetteError(
      'ERR_SCOPE',
      `a statement for scope '${scope}', not '${this.#options.scope}'`,
    )
  }

  #apply(event: ReplicaEvent): void {
    this.#state = transition(this.#state, event)
  }

  /** Keeps bytes that are what their address says. A manifest names further blobs: the units. */
  #hold(digest: Digest, bytes: Uint8Array): void {
    this.#blobs.set(digest, bytes)
    this.#apply({ type: 'content', digest, names: [] })
    this.#nameUnits()
  }

  #nameUnits(): void {
    for (const { entry } of this.#state.logs.policy) {
      const bytes = this.#blobs.get(entry.content)
      if (!bytes || (this.#state.held.get(entry.content)?.length ?? 0) > 0) continue
      const names = parseManifest(new TextDecoder().decode(bytes)).units.map((unit) => unit.wasm)
      this.#apply({ type: 'content', digest: entry.content, names })
    }
  }

  async #fetch(wanted: readonly Digest[]): Promise<void> {
    const { fetchBlob } = this.#options
    if (!fetchBlob) return
    for (const digest of wanted.filter((digest) => !this.#blobs.has(digest))) {
      this.#hold(digest, await checkBlob(digest, await fetchBlob(digest)))
    }
  }

  async #activate(begin: number): Promise<void> {
    const head = this.#state.pending?.head
    if (!head) return
    const steps = stepsBetween(this.#state, this.#content?.head, head)
    try {
      const content = buildContent(this.#state, head, this.#blobs, this.#content)
      await this.#options.activate(content)
      this.#content = content
      this.#apply({ type: 'activated' })
      this.#report(steps, begin, '')
    } catch (error) {
      this.#apply({ type: 'failed' })
      this.#report(steps, begin, `${codeOf(error, 'ERR_ACTIVATION')}: ${messageOf(error)}`)
      this.#refuse(error)
    }
  }

  #report(steps: readonly SignedEntry[], begin: number, error: string): void {
    for (const attempt of attemptsOf(steps, { begin, end: this.#now() }, error)) {
      this.#transactions = record(this.#transactions, attempt)
    }
  }

  #refuse(error: unknown): void {
    this.#refusal = {
      code: codeOf(error, 'ERR_ACTIVATION'),
      message: messageOf(error).slice(0, 1000),
      at: this.#now(),
    }
  }

  async #save(): Promise<void> {
    const { seen } = this.#state
    const memory: Memory = { seen, refusal: this.#refusal, transactions: this.#transactions }
    await this.#write(changeTo(this.#state, this.#blobs, memory, this.#stored))
    for (const digest of this.#blobs.keys())
      if (!this.#state.held.has(digest)) this.#blobs.delete(digest)
  }

  async #write(change: StorageChange): Promise<void> {
    try {
      await this.#options.storage.write(change)
      this.#stored = keysAfter(this.#stored, change.put.keys(), change.remove)
    } catch (cause) {
      this.#refuse(
        new VedetteError('ERR_STORAGE', `what is held could not be stored: ${messageOf(cause)}`, {
          cause,
        }),
      )
    }
  }
}

function isComplete(state: ReplicaState): boolean {
  const kind = kindOf(state)
  return kind === 'activating' || kind === 'switching'
}

function keysAfter(
  before: ReadonlySet<string>,
  added: Iterable<string>,
  removed: readonly string[],
): ReadonlySet<string> {
  const keys = new Set([...before, ...added])
  for (const key of removed) keys.delete(key)
  return keys
}
