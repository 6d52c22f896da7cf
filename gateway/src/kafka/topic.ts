/** Called with each text record; a promise is awaited before the next record. */
export type RecordHandler = (value: string) => void | Promise<void>

/** One topic as the gateway sees it: text records in order, at least once. */
export interface Topic {
  /**
   * Resolves when the broker has the record. `key` keeps one sender's records in order where the topic has several
   * partitions. Rejects with a `TopicError`.
   */
  publish(value: string, key?: string): Promise<void>
  /**
   * Resolves once the partitions are assigned: what is published after that is seen, the own records too. The handler
   * runs strictly one record after another; what it throws is logged. Several handlers are independent of each other.
   */
  subscribe(handler: RecordHandler): Promise<void>
  /** Ends both directions within two seconds, whatever the broker does; later calls reject with `ERR_CLOSED`. */
  close(): Promise<void>
}

/** What a topic tells its operator; pino's shape. */
export interface TopicLogger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** `ERR_NOT_DELIVERED`: no broker took the record in time, or it refused it for good. `ERR_CLOSED`: `close()` was called. */
export type TopicErrorCode = 'ERR_NOT_DELIVERED' | 'ERR_CLOSED'

export class TopicError extends Error {
  override readonly name = 'TopicError'
  readonly code: TopicErrorCode

  constructor(code: TopicErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
