import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

import type { PatchOperation } from '@vedette/core/bundle/patch'
import type { Logger } from 'pino'

import type { Catalog } from '../catalog/catalog.ts'
import type { CatalogStore, Setting } from '../catalog/store.ts'
import { TopicError, type Origin, type Place, type Topic } from '../kafka/topic.ts'
import { readPatchSync, writePatchSync } from './patch-sync.ts'
import { createRecentIds, type RecentIds } from './recent-ids.ts'

export interface DataTopicOptions {
  readonly topic: Topic
  readonly catalog: Pick<Catalog, 'patchData'>
  readonly store: Pick<CatalogStore, 'putSetting' | 'setting' | 'sequences'>
  readonly pdpName: string
  readonly log: Pick<Logger, 'error' | 'info' | 'warn'>
  /** Called for every patch of the topic, the gateway's own too, when it was applied or could not be. */
  readonly heard?: (applied: boolean) => void
}

/** The topic by which the OPA-PDPs of an installation tell each other of data that was patched. */
export interface DataTopic {
  /**
   * Tells everybody, this gateway too, which applies the patch when it comes back. Resolves when the broker has it;
   * rejects with a `TopicError`. Waits until this gateway hears the topic, or it would miss its own word.
   */
  publish(operations: readonly PatchOperation[]): Promise<void>
}

/** A request waits this long for a topic that is not heard yet. */
const patienceMs = 5_000

/**
 * Joins the topic, where it was when it stopped. What comes there is checked as if it had come by HTTP; what does not fit
 * is logged, and nobody is told. Each patch is applied once: its place is kept in its own transaction.
 */
export function joinDataTopic(options: DataTopicOptions): DataTopic {
  const { topic, store, pdpName, log } = options
  let isHeard = false
  async function join(): Promise<void> {
    const recent = createRecentIds((await store.sequences()).keys())
    await topic.subscribe((text, origin) => take(text, origin, { ...options, recent }), {
      find: (partition) => store.setting(bookmarkOf(partition)),
      keep: (place) => keep(place, store),
    })
  }
  const joined = join()
  joined.then(
    () => {
      isHeard = true
      log.info('hears the data patches of other PDPs')
    },
    (error: unknown) => log.error({ err: error }, 'the topic of data patches cannot be heard'),
  )
  return {
    async publish(operations) {
      if (!isHeard) await Promise.race([joined, notHeardIn(patienceMs)])
      const record = writePatchSync({ sourceId: pdpName, operations })
      await topic.publish(record, 'patches', randomUUID())
    },
  }
}

interface Taking extends DataTopicOptions {
  readonly recent: RecentIds
}

async function take(text: string, origin: Origin, options: Taking): Promise<void> {
  const { store, heard, log } = options
  try {
    if (!(await apply(text, origin, options))) return
    heard?.(true)
  } catch (error) {
    heard?.(false)
    log.warn({ err: error }, 'a data patch of the topic was not applied')
    // It would fit, perhaps, what others have made of the data when this process starts again.
    if (origin.place) await keep(origin.place, store)
  }
}

/** Whether it was a patch, and not one that its sender had sent before. */
async function apply(
  text: string,
  { id = randomUUID(), place }: Origin,
  { catalog, recent }: Taking,
): Promise<boolean> {
  const patch = readPatchSync(text)
  if (!patch || recent.has(id)) return false
  const setting = place && settingOf(place)
  await catalog.patchData({ id, operations: patch.operations, setting })
  recent.add(id)
  return true
}

function bookmarkOf(partition: string): string {
  return `patches ${partition}`
}

function settingOf({ partition, next }: Place): Setting {
  return { key: bookmarkOf(partition), value: next }
}

function keep(place: Place, store: DataTopicOptions['store']): Promise<void> {
  const { key, value } = settingOf(place)
  return store.putSetting(key, value)
}

async function notHeardIn(ms: number): Promise<never> {
  await delay(ms, undefined, { ref: false })
  throw new TopicError('ERR_NOT_DELIVERED', 'the topic of data patches cannot be heard')
}
