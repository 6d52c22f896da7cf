import { setTimeout as delay } from 'node:timers/promises'

import { createInbox, type Inbox } from './inbox.ts'
import { joinGroup, type Membership } from './kafkajs-consumer.ts'
import type { LinkOptions } from './kafkajs-link.ts'
import { findPositions, type Positions } from './kafkajs-positions.ts'
import { createSender } from './kafkajs-sender.ts'
import { tryPatiently } from './patience.ts'
import { type Bookmarks, type LossListener, type Topic, TopicError } from './topic.ts'

export interface KafkajsTopicOptions extends LinkOptions {
  readonly topic: string
  /**
   * The subscriber's own: two of one group would take each other's records. What it missed while it was away is read,
   * and a join may wait up to 6 s for a former member that could not say goodbye. Default a new group at each join, and
   * records from `subscribe` on, or from its bookmarks.
   */
  readonly groupId?: string | undefined
  /** How long `publish` tries. Default 300000, as OPA-PDP does. */
  readonly deliveryTimeoutMs?: number
}

/** A topic on a Kafka whose broker may be down at the start, restart, or be given the topic late. */
export function createKafkajsTopic(options: KafkajsTopicOptions): Topic {
  const { topic, logger, deliveryTimeoutMs = 300_000 } = options
  const closing = new AbortController()
  const { signal } = closing
  const send = createSender({ ...options, deliveryTimeoutMs, signal })
  const inboxes: Inbox[] = []
  const lossListeners: LossListener[] = []
  let bookmarks: Bookmarks | undefined
  let positions: Positions | undefined
  let membership: Membership | undefined
  let joined: Promise<void> | undefined

  const handle: Inbox = async (value, origin) => {
    await Promise.all(inboxes.map((inbox) => inbox(value, origin)))
  }
  const joinOnce = async (): Promise<Membership> => {
    // Looked up once: a second look, after a failure, would find a later end and skip what lies between.
    positions ??= await findPositions({ ...options, bookmarks })
    return joinGroup({ ...options, bookmarks, positions, handle, signal })
  }
  const join = async (): Promise<void> => {
    const message = `kafka: not joined to ${topic} yet`
    membership = await tryPatiently(joinOnce, { logger, message, signal })
    void membership.ended.then(lost)
  }
  const lost = (): void => {
    const assigned = rejoin()
    // Closed, or it goes on for ever.
    assigned.catch(() => {})
    for (const tell of lossListeners) tell(assigned)
  }
  const rejoin = async (): Promise<void> => {
    // A crash may come back at once; the pause keeps it from being a loop without rest.
    await delay(200, undefined, { signal })
    logger.warn({ topic }, 'kafka: lost the group, joining again')
    await join()
  }

  return {
    async publish(...record) {
      signal.throwIfAborted()
      await send(...record)
    },
    async subscribe(handler, own) {
      signal.throwIfAborted()
      bookmarks ??= own
      inboxes.push(createInbox(handler, logger))
      await (joined ??= join())
    },
    onLost(listener) {
      lossListeners.push(listener)
    },
    async close() {
      closing.abort(new TopicError('ERR_CLOSED', `The topic ${topic} is closed`))
      await membership?.ended
    },
  }
}
