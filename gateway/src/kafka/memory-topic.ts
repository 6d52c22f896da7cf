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
    async publish(value) {
      failIfClosed()
      for (const inbox of inboxes) void inbox(value)
    },
    async subscribe(handler) {
      failIfClosed()
      inboxes.push(createInbox((value) => (closed ? undefined : handler(value)), logger))
    },
    async close() {
      closed = true
    },
  }
}
