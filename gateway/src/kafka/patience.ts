import pRetry from 'p-retry'

import type { TopicLogger } from './topic.ts'

export interface PatienceOptions {
  readonly logger: TopicLogger
  /** What is logged when it has to be tried again. */
  readonly message: string
  readonly signal: AbortSignal
  /** Default for ever. */
  readonly timeoutMs?: number
  /** Whether trying again could help. Default yes. */
  readonly isPassing?: (error: Error) => boolean
}

/** Tries until it works, the signal aborts or the time is over; waits 0.1 to 2 s in between. */
export function tryPatiently<T>(work: () => Promise<T>, options: PatienceOptions): Promise<T> {
  const { logger, message, signal, timeoutMs = Infinity, isPassing = () => true } = options
  const trying = pRetry(() => work().catch(wrap), {
    signal,
    retries: Infinity,
    minTimeout: 100,
    maxTimeout: 2_000,
    maxRetryTime: timeoutMs,
    shouldRetry: ({ error }) => isPassing(error),
    onFailedAttempt({ error, attemptNumber }) {
      // Once may be a topic being made, twice is news, more is noise.
      logger[attemptNumber === 2 ? 'warn' : 'debug']({ error: error.message }, message)
    },
  })
  return untilAborted(trying, signal)
}

/** p-retry takes a TypeError for our own fault; kafkajs throws them when a broker goes away. */
function wrap(cause: unknown): never {
  throw new Error(cause instanceof Error ? cause.message : String(cause), { cause })
}

/** An attempt that is under way cannot be stopped; nobody waits for it. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    signal.addEventListener('abort', abort)
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
