import type { Topic } from './topic.ts'

/** A topic that tells when its broker does not answer. */
export interface WatchedTopic extends Topic {
  /** In one sentence; nothing while all is well. */
  trouble(): string | undefined
}

export interface WatchOptions {
  /** How long the broker may take over one record, or over the partitions. Default 10000. */
  readonly patienceMs?: number
  /** ms since 1970. Default: this machine's clock. */
  readonly now?: () => number
}

export function watchTopic(topic: Topic, options: WatchOptions = {}): WatchedTopic {
  const { patienceMs = 10_000, now = Date.now } = options
  /** When each step that is not done yet was begun, oldest first. */
  const begun = new Map<symbol, number>()
  let failed = false

  async function watched(step: Promise<void>): Promise<void> {
    const id = Symbol('step')
    begun.set(id, now())
    try {
      await step
      failed = false
    } catch (error) {
      failed = true
      throw error
    } finally {
      begun.delete(id)
    }
  }

  // A broker that is gone shows at once there, and at the next heartbeat to the PAP elsewhere.
  topic.onLost?.((assigned) => void watched(assigned).catch(() => {}))
  return {
    publish: (...record) => watched(topic.publish(...record)),
    subscribe: (...subscriber) => watched(topic.subscribe(...subscriber)),
    close: () => topic.close(),
    trouble() {
      const [oldest = now()] = begun.values()
      const isLate = now() - oldest >= patienceMs
      return failed || isLate ? 'the Kafka broker does not answer' : undefined
    },
  }
}
