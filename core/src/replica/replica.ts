import { createBreath } from '../breath.ts'
import type { Digest, Digester } from '../bundle/digest.ts'
import type { Head } from '../bundle/head.ts'
import { emptyManifest } from '../bundle/manifest.ts'
import type { NeededBlobs } from '../bundle/manifest.ts'
import type { Revision } from '../bundle/revision.ts'
import { formatRevision } from '../bundle/revision.ts'
import type { Trust } from '../bundle/signature.ts'
import { programVersion } from '../evaluator/plan/program.ts'
import { isProgram } from '../evaluator/unit-engine.ts'
import type { Held, Holdings } from '../protocol/held.ts'
import type { Push } from '../protocol/push.ts'
import type { StatusReport } from '../protocol/status-report.ts'
import { protocolVersion } from '../protocol/version.ts'
import { version } from '../version.ts'
import { Account } from './account.ts'
import { createWaiting } from './at-least.ts'
import type { Content } from './content.ts'
import { buildContent, stepsBetween } from './content.ts'
import { Holding } from './holding.ts'
import type { Records } from './records.ts'
import { readMemory, readStored } from './records.ts'
import { Shelf } from './shelf.ts'
import type { Activatable, Seen } from './state.ts'
import { canActivate } from './state.ts'
import type { ReplicaStorage } from './storage.ts'
import type { TransactionLog } from './transactions.ts'
import { isHealthy, isReady } from './transactions.ts'

export interface ReplicaOptions {
  /** Names this replica in reports and in the fleet; stable over restarts. */
  readonly id: string
  readonly kind: StatusReport['kind']
  readonly scope: string
  readonly trust: Trust
  /** Absent: nothing outlives the process. */
  readonly storage?: ReplicaStorage
  /** Makes `content` the one that decides, whole or (throwing) not at all. */
  readonly activate: (content: Content) => Promise<void>
  /**
   * Gets a blob that a verified entry names and no push carried. Must settle: the pushes behind it wait.
   * Absent: the answer says what is missing.
   */
  readonly fetchBlob?: (digest: Digest) => Promise<Uint8Array>
  /** What this replica's runtime needs of each unit: nothing else is asked for or waited for. Default: `neededBlobs`. */
  readonly neededBlobs?: NeededBlobs
  /** How content and entries are digested. Default: `digestOf`. */
  readonly digester?: Digester
  /**
   * Answers what decides while that is still being stored: for a replica that nobody relies on to hold what it said.
   * Pushes wait for the storage all the same, and the next answer tells when it failed. Default: false.
   */
  readonly answersFirst?: boolean
  /** ms since 1970. Default: this machine's clock. */
  readonly now?: () => number
}

/** The living copy of a scope: verifies what comes, activates it in whole steps, keeps it, and tells how it went. */
export interface Replica {
  /** Takes in a push, one after the other, and answers what is held then. Nothing in it can make this throw. */
  receive(push: Push): Promise<Held>
  /** Takes in content ahead of the push that names it, in turn with the pushes. Nothing in it can make this throw. */
  hold(content: Uint8Array): Promise<void>
  /** Notes something that came and could not even be read as a push; answers what is held. */
  refuse(error: unknown): Promise<Held>
  /** The head that decides, and what it stands for. */
  active(): Content | undefined
  /** Resolves when this revision or a later one decides, or after `waitForRevisionMs`. */
  waitFor(revision: Revision): Promise<void>
  /** The accepted head that waits for an entry or content it names. */
  pending(): Head | undefined
  holdings(): Holdings
  status(): StatusReport
  transactions(): TransactionLog
  /** Called after each push. What a listener throws is its own uncaught error. */
  onChange(listener: () => void): void
}

/** Opens a replica with what its storage kept, verified again; storage that does not verify is as good as empty. */
export async function openReplica(options: ReplicaOptions): Promise<Replica> {
  const replica = new LivingReplica(options)
  await replica.restore()
  return replica
}

class LivingReplica implements Replica {
  readonly #options: ReplicaOptions
  readonly #now: () => number
  readonly #holding: Holding
  readonly #shelf: Shelf
  readonly #account: Account
  readonly #listeners: (() => void)[] = []
  readonly #waiting = createWaiting(() => this.#content?.head)
  #content: Content | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: ReplicaOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
    this.#holding = new Holding(options)
    this.#shelf = new Shelf(options.storage)
    this.#account = new Account(this.#now)
  }

  receive(push: Push): Promise<Held> {
    return this.#inTurn(push.id, () => this.#takeIn(push))
  }

  hold(content: Uint8Array): Promise<void> {
    const held = this.#turn.then(() => this.#holding.keep(content))
    this.#turn = held
    return held
  }

  refuse(error: unknown): Promise<Held> {
    return this.#inTurn('', () => this.#account.refuse(error))
  }

  active(): Content | undefined {
    return this.#content
  }

  waitFor(revision: Revision): Promise<void> {
    return this.#waiting.for(revision)
  }

  pending(): Head | undefined {
    return this.#holding.state.pending?.head
  }

  holdings(): Holdings {
    return this.#holding.holdings()
  }

  status(): StatusReport {
    const { id: replica, kind, scope } = this.#options
    const { transactions, refusal } = this.#account
    const head = this.#content?.head
    return {
      replica,
      kind,
      scope,
      revision: head ? formatRevision(head) : null,
      issued: head?.issued ?? null,
      state: head?.state ?? null,
      ready: isReady(transactions),
      healthy: isHealthy(transactions),
      refusal,
      transactions: [...transactions.recent],
      last: transactions.last,
      lastFailed: transactions.lastFailed,
      statistics: { ...transactions.statistics },
      engine: engineOf(this.#content?.manifest),
      versions,
    }
  }

  transactions(): TransactionLog {
    return this.#account.transactions
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener)
  }

  async restore(): Promise<void> {
    const records = await this.#load()
    const memory = readMemory(records, this.#options.scope)
    if (memory) this.#account.recall(memory)
    await this.#account.orRefuse(this.#readBack(records, memory?.seen ?? null))
    await this.#activate({ begin: this.#now(), isNews: !memory })
  }

  async #readBack(records: Records, seen: Seen | null): Promise<void> {
    try {
      this.#holding.restore(await readStored(records, this.#options.trust), seen)
      this.#shelf.isWhole()
    } catch (error) {
      this.#holding.reset(seen)
      throw error
    }
  }

  async #load(): Promise<Records> {
    try {
      return await this.#shelf.load()
    } catch (error) {
      this.#account.refuse(error)
      return new Map()
    }
  }

  #inTurn(id: string, step: () => Promise<void> | void): Promise<Held> {
    const save = (): Promise<void> => this.#account.orRefuse(this.#save())
    const answer = (): Held => this.#answer(id)
    const taken = this.#turn.then(step)
    if (!this.#options.answersFirst) {
      const saved = taken.then(save)
      this.#turn = saved
      return saved.then(answer)
    }
    const answered = taken.then(answer)
    this.#turn = answered.then(save)
    return answered
  }

  async #takeIn(push: Push): Promise<void> {
    const begin = this.#now()
    // Of hundreds of policies each of these takes milliseconds.
    const breathe = createBreath()
    await this.#account.orRefuse(this.#holding.believe(push))
    await breathe()
    await this.#account.orRefuse(this.#holding.fetchMissing())
    await breathe()
    await this.#activate({ begin, isNews: true })
    await breathe()
    this.#holding.sweep()
  }

  #answer(id: string): Held {
    for (const listener of this.#listeners) void Promise.resolve().then(listener)
    return { id, holdings: this.holdings(), status: this.status() }
  }

  /** Makes the waiting head the one that decides, once everything it names is held. */
  async #activate(attempted: { begin: number; isNews: boolean }): Promise<void> {
    const { state } = this.#holding
    if (!canActivate(state)) return
    const steps = stepsBetween(state.logs, this.#content?.head, state.pending.head)
    try {
      await this.#account.activation(steps, attempted, () => this.#switchTo(state))
    } catch (error) {
      this.#holding.apply({ type: 'failed' })
      this.#account.refuse(error)
    }
  }

  async #switchTo({ logs, pending }: Activatable): Promise<void> {
    const content = buildContent(logs, pending.head, this.#holding.blobs, this.#content)
    try {
      await this.#options.activate(content)
    } catch (error) {
      content.change?.undo()
      throw error
    }
    this.#content = content
    this.#holding.apply({ type: 'activated' })
    this.#waiting.changed()
  }

  #save(): Promise<void> {
    const { state, blobs } = this.#holding
    const { refusal, transactions } = this.#account
    const { scope } = this.#options
    return this.#shelf.write(state, blobs, { scope, seen: state.seen, refusal, transactions })
  }
}

const versions = { vedette: version, protocol: protocolVersion, program: programVersion }

function engineOf({ units } = emptyManifest): StatusReport['engine'] {
  const kinds = new Set(Object.values(units).map((unit) => (isProgram(unit) ? 'plan' : 'wasm')))
  const [kind = null] = kinds
  return kinds.size > 1 ? 'mixed' : kind
}
