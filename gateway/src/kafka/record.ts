import type { KafkaMessage, Message } from './kafkajs.ts'
import { decodeText } from './text.ts'

/** What a sender calls a record, which other programs do not look at. */
const idHeader = 'vedette-id'
const isId = /^[\w-]{1,64}$/

/** A record as kafkajs sends it. */
export function recordOf(value: string, key?: string, id?: string): Message {
  return { value, key: key ?? null, ...(id !== undefined && { headers: { [idHeader]: id } }) }
}

/** The id that a record was published with; `undefined` for what other programs send. */
export function idOf({ headers }: Pick<KafkaMessage, 'headers'>): string | undefined {
  const header = headers?.[idHeader]
  const id = Buffer.isBuffer(header) ? decodeText(header) : undefined
  return id !== undefined && isId.test(id) ? id : undefined
}
