import type { Origin, RecordHandler, TopicLogger } from './topic.ts'

/** Takes a record in; resolves, never rejects, when the handler is through with it. */
export type Inbox = (value: string, origin: Origin) => Promise<void>

/** Runs a handler strictly one record after another; what it throws is logged and never stops the next. */
export function createInbox(handler: RecordHandler, logger: TopicLogger): Inbox {
  let last = Promise.resolve()
  return (value, origin) => {
    last = last
      .then(() => handler(value, origin))
      .catch((error: unknown) => logger.error({ err: error }, 'kafka: a record was not handled'))
    return last
  }
}
