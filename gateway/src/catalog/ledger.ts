import { setImmediate as breathe } from 'node:timers/promises'

import type { SignedHead } from '@vedette/core/bundle/head'
import type { Revision } from '@vedette/core/bundle/revision'
import { messageOf } from '@vedette/core/errors'
import { clockToleranceMs } from '@vedette/core/replica/standing'

import { CatalogError } from './catalog-error.ts'
import type { Candidate, CatalogOptions, ContentListener, Publication } from './catalog.ts'
import { compose } from './compose.ts'
import type { InForce } from './in-force.ts'
import type { Press, Write } from './publication.ts'
import { signHeadOf } from './publication.ts'
import { defaultLimits } from './retention.ts'
import { createTurns } from './turns.ts'
import { contentOfUnits } from './units/units.ts'
import type { Deployed } from './units/workshop.ts'

export interface LedgerOptions extends Press, Pick<CatalogOptions, 'store' | 'tryOut' | 'log'> {
  readonly now: () => number
  readonly current: InForce
}

type PublishedListener = (publication: Publication) => void | Promise<void>

/** Keeps the order of a write: tried out, on disk, in memory, with every listener, acknowledged. */
export class Ledger {
  readonly #options: LedgerOptions
  /** Heads are issued in turn, so that none is overtaken by one of an older sequence. */
  readonly #turns = createTurns()
  readonly #listeners: PublishedListener[] = []
  readonly #contentListeners: ContentListener[] = []
  #current: InForce
  #head: SignedHead | undefined

  constructor(options: LedgerOptions) {
    this.#options = options
    this.#current = options.current
  }

  get current(): InForce {
    return this.#current
  }

  get head(): SignedHead | undefined {
    return this.#head
  }

  onPublished(listener: PublishedListener): void {
    this.#listeners.push(listener)
  }

  onContent(listener: ContentListener): void {
    this.#contentListeners.push(listener)
  }

  /** Makes `write` the next sequence. The caller sees to it that one write ends before the next begins. */
  async publish(write: Write): Promise<Revision> {
    await this.#tryOut(write)
    return this.#turns.run(() => this.#publish(write))
  }

  renewHead(): Promise<SignedHead | undefined> {
    return this.#turns.run(async () => {
      if (this.#current.sequence === 0) return undefined
      this.#head = await signHeadOf(this.#current, this.#issueTime(), this.#options)
      return this.#head
    })
  }

  /** Lets the step in progress end. */
  settled(): Promise<void> {
    return this.#turns.run(() => Promise.resolve())
  }

  async #tryOut({ deployed, policy, data }: Write): Promise<void> {
    if (!policy && !data) return
    const { current } = this
    const candidate: Candidate = {
      manifest: policy?.value ?? current.manifest,
      document: data?.value ?? current.document,
      blob: blobsOf(current, deployed),
    }
    try {
      await this.#options.tryOut(candidate)
    } catch (cause) {
      throw new CatalogError('ERR_TRIAL', `nothing could decide with it: ${messageOf(cause)}`, {
        cause,
      })
    }
  }

  async #publish(write: Write): Promise<Revision> {
    const { store, identity, signer } = this.#options
    const issued = this.isAhead ? this.#options.now() : this.#issueTime()
    const onContent: ContentListener = (blobs) => {
      for (const listener of this.#contentListeners) listener(blobs)
    }
    const options = { identity, signer, issued, limits: defaultLimits, onContent }
    const { next, publication, change } = await compose(this.#current, write, options)
    await store.write(change)
    this.#current = next
    this.#head = publication.head
    for (const listener of this.#listeners) await this.#tell(listener, publication)
    // Whoever waits for it has work of its own, which for hundreds of policies is no little.
    await breathe()
    return { epoch: identity.epoch, sequence: next.sequence }
  }

  /** It is in force already, so a listener that fails changes nothing. */
  async #tell(listener: PublishedListener, publication: Publication): Promise<void> {
    try {
      await listener(publication)
    } catch (error) {
      this.#options.log.error({ err: error }, 'a listener failed on what was published')
    }
  }

  /** Whether the clock was set back so far that the last head is of a future in which it decides nowhere. */
  get isAhead(): boolean {
    return this.#lastIssued - this.#options.now() > clockToleranceMs
  }

  get #lastIssued(): number {
    return this.#head?.head.issued ?? this.#current.issued
  }

  /** Never earlier than the last head of its sequence, which readers would take for a replay. */
  #issueTime(): number {
    return Math.max(this.#options.now(), this.#lastIssued)
  }
}

function blobsOf(current: InForce, deployed: Deployed = current): Candidate['blob'] {
  const brought = contentOfUnits(deployed.units, current.units)
  return (digest) => {
    const bytes = brought.get(digest) ?? current.blobs.get(digest)
    if (!bytes) throw new CatalogError('ERR_STORAGE', `there is no content ${digest}`)
    return bytes
  }
}
