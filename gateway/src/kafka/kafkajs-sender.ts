import { createLink, type LinkOptions } from './kafkajs-link.ts'
import { type Message, type Producer, Partitioners } from './kafkajs.ts'
import { tryPatiently } from './patience.ts'
import { recordOf } from './record.ts'
import { type Topic, TopicError } from './topic.ts'

export interface SenderOptions extends LinkOptions {
  readonly topic: string
  readonly deliveryTimeoutMs: number
  readonly signal: AbortSignal
}

interface Connection {
  readonly producer: Producer
  readonly connected: Promise<void>
  readonly cut: () => void
}

export type Send = Topic['publish']

/** The broker's words for a record that it will never take. */
const refusals = new Set<unknown>([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TOPIC_EXCEPTION',
  'TOPIC_AUTHORIZATION_FAILED',
])

/** Sends records one at a time, so that no retry overtakes; a connection that failed once is not used again. */
export function createSender(options: SenderOptions): Send {
  const { topic, deliveryTimeoutMs, logger, signal } = options
  let connection: Connection | undefined
  let last: Promise<unknown> = Promise.resolve()
  const drop = (): void => {
    connection?.cut()
    connection = undefined
  }
  signal.addEventListener('abort', drop)

  const attempt = async (message: Message): Promise<void> => {
    signal.throwIfAborted()
    try {
      connection ??= connect(options)
      await connection.connected
      await connection.producer.send({ topic, messages: [message] })
    } catch (error) {
      drop()
      throw error
    }
  }
  return (...record) => {
    const message = recordOf(...record)
    const giveUpAt = Date.now() + deliveryTimeoutMs
    const send = (): Promise<void> =>
      tryPatiently(() => attempt(message), {
        logger,
        message: `kafka: not delivered to ${topic} yet`,
        signal,
        timeoutMs: Math.max(0, giveUpAt - Date.now()),
        isPassing: (error) => !isRefusal(error),
      })
    const sent = last.then(send).catch((cause: unknown) => {
      if (cause instanceof TopicError) throw cause
      throw new TopicError('ERR_NOT_DELIVERED', `No broker took the record for ${topic}`, { cause })
    })
    last = sent.catch(() => {})
    return sent
  }
}

function connect(options: SenderOptions): Connection {
  const { kafka, cut } = createLink(options)
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    metadataMaxAge: 30_000,
  })
  return { producer, connected: producer.connect(), cut }
}

const isRefusal = (error: unknown): boolean =>
  error instanceof Error &&
  (('type' in error && refusals.has(error.type)) || isRefusal(error.cause))
