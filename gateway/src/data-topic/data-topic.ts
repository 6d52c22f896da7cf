import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

import type { PatchOperation } from '@vedette/core/bundle/patch'
import type { Logger } from 'pino'

import type { Catalog } from '../catalog/catalog.ts'
import { TopicError, type Topic } from '../kafka/topic.ts'
import { readPatchSync, writePatchSync } from './patch-sync.ts'

export interface DataTopicOptions {
  readonly topic: Topic
  readonly catalog: Pick<Catalog, 'patchData'>
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

/** Joins the topic. What comes there is checked as if it had come by HTTP; what does not fit is logged, and nobody is told. */
export function joinDataTopic(options: DataTopicOptions): DataTopic {
  const { topic, catalog, pdpName, log, heard } = options
  async function apply(text: string): Promise<void> {
    try {
      const patch = readPatchSync(text)
      if (!patch) return
      await catalog.patchData({ id: randomUUID(), operations: patch.operations })
      heard?.(true)
    } catch (error) {
      heard?.(false)
      log.warn({ err: error }, 'a data patch of the topic was not applied')
    }
  }

  let isHeard = false
  const joined = topic.subscribe(apply)
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
      await topic.publish(writePatchSync({ sourceId: pdpName, operations }), 'patches')
    },
  }
}

async function notHeardIn(ms: number): Promise<never> {
  await delay(ms, undefined, { ref: false })
  throw new TopicError('ERR_NOT_DELIVERED', 'the topic of data patches cannot be heard')
}
