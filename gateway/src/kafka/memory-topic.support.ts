import { createInbox, type Inbox } from './inbox.ts'
import { TopicError, type Topic, type TopicLogger } from './topic.ts'

/** A topic inside one process: every handler sees every record from its subscription on. */
export function createMemoryTopic(logger: TopicLogger): Topic {
  const inboxes: Inbox[] = []
  let closed = false
  const failIfClosed = (): void => {
    if (closed) throw new TopicError('ERR_CLOSED', 'The topic is closed')
  }
  return {
    async publish(value, _key, id) {
      failIfClosed()
      for (const inbox of inboxes) void inbox(value, { id })
    },
    async subscribe(handler) {
      failIfClosed()
      inboxes.push(
        createInbox((value, origin) => (closed ? undefined : handler(value, origin)), logger),
      )
    },
    async close() {
      closed = true
    },
  }
}
