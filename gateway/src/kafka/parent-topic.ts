import { createInbox, type Inbox } from './inbox.ts'
import { isTopicReply, type TopicRequest } from './parent-messages.ts'
import { type Topic, TopicError, type TopicLogger } from './topic.ts'

/** A process with a channel to its parent: `process`, when it was forked. */
interface Channel {
  readonly connected: boolean
  readonly send?: NodeJS.Process['send']
  on(event: 'message', listener: (message: unknown) => void): unknown
  off(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'disconnect', listener: () => void): unknown
  off(event: 'disconnect', listener: () => void): unknown
}

export interface ParentTopicOptions {
  readonly topic: string
  readonly logger: TopicLogger
  /** Default `process`. */
  readonly channel?: Channel
}

type Body =
  | { readonly kind: 'topic:publish'; readonly value: string }
  | { readonly kind: 'topic:subscribe' }

/** A topic whose broker is the parent process: see `createTopicRelay`. */
export function createParentTopic(options: ParentTopicOptions): Topic {
  const { topic, logger } = options
  const channel: Channel = options.channel ?? process
  const inboxes: Inbox[] = []
  const waiting = new Map<number, PromiseWithResolvers<void>>()
  let lastId = 0
  let isClosed = false

  const onMessage = (message: unknown): void => {
    if (!isTopicReply(message)) return
    if (message.kind === 'topic:done') settle(message.id)
    else if (message.topic === topic) for (const inbox of inboxes) void inbox(message.value, {})
  }
  const settle = (id: number, error?: TopicError): void => {
    const reply = waiting.get(id)
    waiting.delete(id)
    if (error) reply?.reject(error)
    else reply?.resolve()
  }
  const failAll = (error: TopicError): void => {
    for (const id of waiting.keys()) settle(id, error)
  }
  const onDisconnect = (): void => failAll(notDelivered())
  const request = (body: Body): Promise<void> => {
    if (isClosed) return Promise.reject(closed(topic))
    const id = ++lastId
    const reply = Promise.withResolvers<void>()
    waiting.set(id, reply)
    const message: TopicRequest = { ...body, id, topic }
    if (!channel.connected) settle(id, notDelivered())
    else
      channel.send?.(message, undefined, undefined, (error) => {
        if (error) settle(id, notDelivered(error))
      })
    return reply.promise
  }
  channel.on('message', onMessage)
  channel.on('disconnect', onDisconnect)

  return {
    publish: (value) => request({ kind: 'topic:publish', value }),
    async subscribe(handler) {
      // Before the parent knows of us, or a record that follows its answer at once would be missed.
      inboxes.push(createInbox(handler, logger))
      await request({ kind: 'topic:subscribe' })
    },
    async close() {
      isClosed = true
      channel.off('message', onMessage)
      channel.off('disconnect', onDisconnect)
      failAll(closed(topic))
    },
  }
}

const closed = (topic: string): TopicError =>
  new TopicError('ERR_CLOSED', `The topic ${topic} is closed`)

const notDelivered = (cause?: Error): TopicError =>
  new TopicError('ERR_NOT_DELIVERED', 'The parent process is gone', { cause })
