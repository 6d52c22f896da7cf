/** Called with each text record; a promise is awaited before the next record. */
export type RecordHandler = (value: string, origin: Origin) => void | Promise<void>

/** Where a record comes from, as far as its topic knows. */
export interface Origin {
  /** As it was published: another record of this id is this one, sent again because an answer was lost. */
  readonly id?: string | undefined
  readonly place?: Place
}

export interface Place {
  /** Names the partition among those of all topics and clusters. */
  readonly partition: string
  /** Where to read on behind the record. */
  readonly next: string
}

/** Where a subscriber goes on when it comes again. The subscriber itself keeps the place of each record it is through with. */
export interface Bookmarks {
  find(partition: string): Promise<string | undefined>
  /** For a partition in which there is none yet: where reading begins. */
  keep(place: Place): Promise<void>
}

export type LossListener = (assigned: Promise<void>) => void

/** One topic as the gateway sees it: text records in order, at least once. */
export interface Topic {
  /**
   * Resolves when the broker has the record. `key` keeps one sender's records in order where the topic has several
   * partitions; `id` lets readers tell a record that comes twice. Rejects with a `TopicError`.
   */
  publish(value: string, key?: string, id?: string): Promise<void>
  /**
   * Resolves once the partitions are assigned: what is published after that is seen, the own records too. The handler
   * runs strictly one record after another; what it throws is logged. Several handlers are independent of each other;
   * `bookmarks` are the first one's.
   */
  subscribe(handler: RecordHandler, bookmarks?: Bookmarks): Promise<void>
  /** Tells when the partitions were lost, with what resolves once they are assigned again. Absent: they cannot be. */
  onLost?(listener: LossListener): void
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
