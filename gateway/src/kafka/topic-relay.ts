import type { ChildProcess } from 'node:child_process'

import { isTopicRequest, type TopicReply } from './parent-messages.ts'

/** The parent's half of `createParentTopic`: every subscribed child gets every record, its own too. */
export interface TopicRelay {
  /** Serves a child made with an IPC channel, until it goes. */
  add(child: ChildProcess): void
}

export function createTopicRelay(): TopicRelay {
  const subscribers = new Map<string, Set<ChildProcess>>()
  const subscribersOf = (topic: string): Set<ChildProcess> => {
    const known = subscribers.get(topic) ?? new Set()
    subscribers.set(topic, known)
    return known
  }
  return {
    add(child) {
      child.on('message', (message) => {
        if (!isTopicRequest(message)) return
        const { id, kind, topic } = message
        if (kind === 'topic:subscribe') subscribersOf(topic).add(child)
        else {
          const record: TopicReply = { kind: 'topic:record', topic, value: message.value }
          for (const subscriber of subscribersOf(topic)) tell(subscriber, record)
        }
        tell(child, { kind: 'topic:done', id })
      })
      child.once('disconnect', () => {
        for (const children of subscribers.values()) children.delete(child)
      })
    },
  }
}

function tell(child: ChildProcess, message: TopicReply): void {
  // A child may go at any moment; what it does not read any more is nobody's loss.
  if (child.connected) child.send(message, () => {})
}
