import { randomUUID } from 'node:crypto'

import { parseRevision } from '@vedette/core/bundle/revision'
import type { JsonObject } from '@vedette/core/json/json'

import type { Catalog, Failure } from '../catalog/catalog.ts'
import type { UpdateRecord, UpdateStore } from '../catalog/update-store.ts'
import { countBrowsers } from '../health/browsers.ts'
import type { Fleet } from '../health/fleet.ts'
import type { Required, Standing } from '../health/required.ts'
import { createFollowed } from './followed.ts'
import { newsOf, toldOf } from './news.ts'
import { readNote } from './note.ts'
import { reportOf } from './report.ts'
import { createSequences } from './sequences.ts'
import type { Teller } from './teller.ts'

/** Accounts for every update: who has it, and who was told. What an earlier life left untold is told by this one. */
export interface Accounts {
  /** An update that failed before the catalogue saw it. Resolves when its report is on disk for everyone. */
  failed(failure: Pick<Failure, 'error' | 'id' | 'kind' | 'note'>): Promise<void>
  /** The latest update of this id as it stands now: the report there would be of it, with the last `sequence`. */
  report(id: string): Promise<JsonObject | undefined>
  /** Tells nothing more; what is not told yet is told by the next life. */
  close(): Promise<void>
}

export interface AccountsOptions {
  readonly store: Pick<UpdateStore, 'openUpdates' | 'sequences' | 'update'>
  readonly catalog: Pick<Catalog, 'onFailed' | 'onPublished'>
  readonly required: Required
  readonly fleet: Pick<Fleet, 'members' | 'onHeard'>
  readonly teller: Teller
  /** The replica that a failed update failed at. */
  readonly gateway: string
  /** `update`: a report when all have answered, and one for each change later. `replica`: one for each replica. */
  readonly per: 'replica' | 'update'
  /** How long the first report waits for the replicas. Default 1,000. */
  readonly waitMs?: number
}

/** Changes of the fleet are looked at together: a hub that catches up answers many updates at once. */
const reviewAfterMs = 50

export async function openAccounts(options: AccountsOptions): Promise<Accounts> {
  const { store, catalog, required, fleet, teller, gateway, per, waitMs = 1_000 } = options
  const sequences = createSequences(await store.sequences())
  /** Updates that more may have to be told of. */
  const followed = createFollowed()
  let review: NodeJS.Timeout | undefined
  let isClosed = false

  const standingOf = ({ revision, error }: UpdateRecord): Standing =>
    revision === null
      ? { applied: [], failed: [{ replica: gateway, error }], pending: [] }
      : required.standing(parseRevision(revision))

  function makeReport(update: UpdateRecord, standing: Standing, replica?: string): JsonObject {
    const sequence = sequences.last(update.id)
    const revision = update.revision === null ? undefined : parseRevision(update.revision)
    const browsers = countBrowsers(fleet, revision)
    const about = replica === undefined ? {} : { replica }
    return reportOf({ update, note: readNote(update.note), sequence, standing, browsers, ...about })
  }

  /** Tells what is new of an update, if anything is. What could not be written is told at the next change. */
  async function tell(update: UpdateRecord): Promise<void> {
    const standing = standingOf(update)
    const news = newsOf(update.told, standing, per)
    if (isClosed || news.length === 0) return
    const reports = news.map(({ replica }) => {
      sequences.next(update.id)
      return makeReport(update, standing, replica)
    })
    const isOpen = update.revision !== null && standing.pending.length + standing.failed.length > 0
    const next = {
      ...update,
      told: toldOf(standing),
      sequence: sequences.last(update.id),
      isOpen,
    }
    followed.put(next)
    await teller.tell(next, reports).catch(() => followed.put(update))
  }

  function follow(update: UpdateRecord): void {
    if (per === 'replica' || update.told !== '') followed.put(update)
    else void required.settled(parseRevision(update.key), waitMs).then(() => tell(update))
  }

  function reviewSoon(): void {
    review ??= setTimeout(() => {
      review = undefined
      for (const update of followed.all()) void tell(update)
    }, reviewAfterMs)
  }

  async function failed({
    id,
    kind,
    note = '',
    error,
  }: Parameters<Accounts['failed']>[0]): Promise<void> {
    const about = { key: `failed ${randomUUID()}`, id, kind, note, error }
    await tell({ ...about, revision: null, sequence: 0, told: '', isOpen: false })
  }

  catalog.onPublished(({ update }) => {
    if (!update) return
    follow({ ...update, revision: update.key, error: '', sequence: 0, told: '', isOpen: true })
    if (per === 'replica') reviewSoon()
  })
  catalog.onFailed(failed)
  fleet.onHeard(({ kind }) => {
    if (kind !== 'browser' && followed.size() > 0) reviewSoon()
  })
  for (const update of await store.openUpdates()) follow(update)
  if (followed.size() > 0) reviewSoon()

  return {
    failed,
    async report(id) {
      const update = await store.update(id)
      return update && makeReport(update, standingOf(update))
    },
    async close() {
      isClosed = true
      clearTimeout(review)
      await teller.close()
    },
  }
}
