import { setImmediate as breathe } from 'node:timers/promises'

import type { Digest } from '@vedette/core/bundle/digest'
import type { SignedEntry } from '@vedette/core/bundle/entry'
import type { PdpState, SignedHead } from '@vedette/core/bundle/head'
import type { Revision } from '@vedette/core/bundle/revision'
import { codeOf, messageOf } from '@vedette/core/errors'
import type { Json } from '@vedette/core/json/json'
import type { Holdings } from '@vedette/core/protocol/held'

import type { PolicyUpdate, UpdateOutcome } from '../pap/administration.ts'
import type { PolicyIdentifier } from '../pap/tosca-policy.ts'
import type {
  Catalog,
  CatalogOptions,
  DataChange,
  DataPatch,
  Failure,
  FailureListener,
  Following,
  Sources,
} from './catalog.ts'
import { following } from './following.ts'
import { Ledger } from './ledger.ts'
import type { LedgerOptions } from './ledger.ts'
import type { Contents } from './policies/assemble.ts'
import { deploy } from './policies/deploy.ts'
import { oversizedOf } from './policies/oversized.ts'
import { policiesId } from './policies/policies-id.ts'
import { isSame } from './policies/policy.ts'
import type { Write } from './publication.ts'
import { defaultLimits } from './retention.ts'
import type { Snapshots } from './snapshots.ts'
import { createSnapshots } from './snapshots.ts'
import { createTurns } from './turns.ts'
import type { Checked } from './units/gate.ts'
import { checkKey } from './units/gate.ts'
import type { Workshop } from './units/workshop.ts'
import { createWorkshop, withFinished } from './units/workshop.ts'
import { dataWrite, patchWrite, policyWrite } from './writes.ts'

type DurableCatalogOptions = LedgerOptions &
  Pick<CatalogOptions, 'compiler' | 'gate' | 'loosePrefixes'>

/** One writer at a time; readers see what is in force and never wait. */
export class DurableCatalog implements Catalog {
  readonly #options: DurableCatalogOptions
  readonly #ledger: Ledger
  /** Entries that an earlier process signed, perhaps with another key. */
  readonly #restored: WeakSet<SignedEntry>
  readonly #writes = createTurns()
  readonly #failedListeners: FailureListener[] = []
  readonly #workshop: Workshop
  readonly #snapshots: Snapshots
  #finishing: Promise<void> = Promise.resolve()
  #isClosed = false
  #listed: Listed = { of: undefined, list: [] }

  readonly onContent: Catalog['onContent']
  readonly onPublished: Catalog['onPublished']

  constructor(options: DurableCatalogOptions) {
    this.#options = options
    this.#ledger = new Ledger(options)
    this.#restored = new WeakSet(Object.values(options.current.logs).flat())
    this.#workshop = createWorkshop(options.compiler, options.gate)
    this.#snapshots = createSnapshots(options)
    this.onContent = (listener) => this.#ledger.onContent(listener)
    this.onPublished = (listener) => this.#ledger.onPublished(listener)
  }

  apply(update: PolicyUpdate): Promise<UpdateOutcome> {
    return this.#writes.run(() => this.#apply(update))
  }

  withdraw(checked: Checked, reason: string): Promise<void> {
    return this.#writes.run(async () => {
      const begin = this.#options.now()
      const { policies, units } = this.#ledger.current
      const policy = policies.find(({ name }) => name === checked.policy.name)
      const made = units.get(checked.policy.name)
      if (!policy || !made) return
      if (checkKey({ made, checks: policy.checks }) !== checkKey(checked)) return
      const id = policiesId(policies)
      await this.#deploy({ deploy: [], undeploy: [policy], full: false })
      await this.#reportFailure({ id, kind: 'policy', error: reason, begin })
    })
  }

  /** After a clock that was wrong, only a new revision may be of an earlier time than the last. */
  async renewHead(): Promise<SignedHead | undefined> {
    if (this.#ledger.isAhead) {
      await this.#writes.run(async () => {
        if (this.#ledger.isAhead) await this.#ledger.publish({ transaction: null })
      })
    }
    return this.#ledger.renewHead()
  }

  settled(): Promise<void> {
    return this.#writes.run(() => Promise.resolve())
  }

  setState(state: PdpState): Promise<void> {
    return this.#writes.run(async () => {
      if (state !== this.state()) await this.#ledger.publish({ transaction: null, state })
    })
  }

  putData(change: DataChange): Promise<Revision> {
    return this.#writes.run(() =>
      this.#publishData(change, () => dataWrite(this.#ledger.current, change)),
    )
  }

  patchData(patch: DataPatch): Promise<Revision> {
    return this.#writes.run(() => {
      // Made outside the transaction: a patch that does not fit is its sender's mistake, and no replica fell behind.
      const write = patchWrite(this.#ledger.current, patch)
      return this.#publishData(patch, () => write)
    })
  }

  dataPaths(policyName: string): readonly (readonly string[])[] | undefined {
    const policy = this.#ledger.current.policies.find(({ name }) => name === policyName)
    return policy?.data.map(({ path }) => path)
  }

  policies(): readonly PolicyIdentifier[] {
    const { policies } = this.#ledger.current
    // Asked for by every decision, and made once.
    if (this.#listed.of !== policies) this.#listed = { of: policies, list: policies.map(identify) }
    return this.#listed.list
  }

  state(): PdpState {
    return this.#ledger.current.state
  }

  sources(): Sources {
    const { policies, document, sequence } = this.#ledger.current
    const { epoch } = this.#options.identity
    return {
      revision: { epoch, sequence },
      modules: policies.flatMap((each) => each.modules),
      document,
    }
  }

  document(): Json {
    return this.#ledger.current.document
  }

  head(): SignedHead | undefined {
    return this.#ledger.head
  }

  since(positions: Holdings['positions']): Promise<Following> {
    const { current } = this.#ledger
    return following(current, positions, {
      snapshot: (part) => this.#snapshots.of(current, part),
      isOurs: (step) => !this.#restored.has(step),
    })
  }

  async blob(digest: Digest): Promise<Uint8Array | undefined> {
    return this.#ledger.current.blobs.get(digest) ?? this.#snapshots.blob(digest)
  }

  onFailed(listener: FailureListener): void {
    this.#failedListeners.push(listener)
  }

  close(): Promise<void> {
    this.#isClosed = true
    return this.#writes.run(async () => {
      await this.#ledger.settled()
      await this.#options.store.close()
    })
  }

  async #apply(update: PolicyUpdate): Promise<UpdateOutcome> {
    const begin = this.#options.now()
    const before = this.#ledger.current
    const wanted = [...before.policies, ...update.deploy.map((tosca) => ({ tosca }))]
    const { outcome, errors } = await this.#deploy(update)
    if (errors.length > 0) {
      const id = policiesId(wanted)
      await this.#reportFailure({ id, kind: 'policy', error: errors.join('\n'), begin })
    }
    return outcome
  }

  async #deploy(
    update: PolicyUpdate,
    refused: Refusals = new Map(),
  ): Promise<{ readonly outcome: UpdateOutcome; readonly errors: readonly string[] }> {
    const { current } = this.#ledger
    try {
      const { next, outcome, leftOut } = await deploy(current, update, {
        workshop: this.#workshop,
        loosePrefixes: this.#options.loosePrefixes,
        refused,
      })
      if (next) {
        await breathe()
        const write = await policyWrite(current, next)
        await breathe()
        await this.#ledger.publish(write)
        this.#finishing = this.#finishing.then(() => this.#finish())
      }
      return { outcome, errors: [...outcome.deployErrors, ...leftOut] }
    } catch (error) {
      const oversized = refused.size > 0 ? new Map() : await oversizedBy(error, current, update)
      if (oversized.size > 0) return this.#deploy(update, oversized)
      const outcome = refusedOutcome(update, error, this.policies())
      return { outcome, errors: [messageOf(error)] }
    }
  }

  /** What was published runs already; the wasm of its units follows. Never rejects. */
  async #finish(): Promise<void> {
    try {
      const finished = await this.#workshop.finish(this.#ledger.current.units)
      await this.#writes.run(async () => {
        const { current } = this.#ledger
        const isInForce = [...current.units.values()].some((made) => finished.has(made))
        if (!isInForce || this.#isClosed) return
        const write = await policyWrite(current, withFinished(current, finished))
        await breathe()
        await this.#ledger.publish({ ...write, isFollowUp: true })
      })
    } catch (error) {
      this.#options.log.warn({ err: error }, 'the wasm of a policy was not published')
    }
  }

  async #publishData(
    { id, note }: Pick<DataChange, 'id' | 'note'>,
    makeWrite: () => Write,
  ): Promise<Revision> {
    const begin = this.#options.now()
    try {
      return await this.#ledger.publish(makeWrite())
    } catch (error) {
      const told = { id, kind: 'data', error: messageOf(error), begin } as const
      await this.#reportFailure({ ...told, note: note?.() ?? '' })
      throw error
    }
  }

  /** Whoever is answered may rely on it that the others will hear of it. */
  async #reportFailure(failure: Failure): Promise<void> {
    await Promise.all(this.#failedListeners.map(async (listener) => listener(failure)))
  }
}

type Refusals = Awaited<ReturnType<typeof oversizedOf>>

/** The policies of an update whose data is why it failed. */
async function oversizedBy(
  error: unknown,
  current: Contents,
  update: PolicyUpdate,
): Promise<Refusals> {
  if (codeOf(error, '') !== 'ERR_TOO_LARGE') return new Map()
  return oversizedOf(current, update, defaultLimits.contentBytes)
}

interface Listed {
  readonly of: readonly PolicyIdentifier[] | undefined
  readonly list: readonly PolicyIdentifier[]
}

function identify({ name, version }: PolicyIdentifier): PolicyIdentifier {
  return { name, version }
}

/** Nothing of the update happened: neither new policies came, nor old ones went. */
function refusedOutcome(
  update: PolicyUpdate,
  error: unknown,
  inForce: readonly PolicyIdentifier[],
): UpdateOutcome {
  const reason = messageOf(error)
  const stage = codeOf(error, '') === 'ERR_STORAGE' ? 'Insert Policy:' : 'build Rego File for'
  const missing = update.deploy.filter((policy) => !inForce.some((other) => isSame(policy, other)))
  const deployErrors = missing.map(({ name }) => `failed to ${stage} ${name}: ${reason}`)
  const undeployErrors = update.undeploy.length > 0 || missing.length === 0 ? [reason] : []
  return { deployed: [], undeployed: [], deployErrors, undeployErrors }
}
