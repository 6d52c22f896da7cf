/** The library with its gaps filled; import kafkajs from here only. */
import { createRequire } from 'node:module'

import { type Codec, unreadable, zstd } from './codecs.ts'

export { Kafka, logLevel, Partitioners } from 'kafkajs'
export type {
  Consumer,
  EachMessagePayload,
  KafkaMessage,
  LogEntry,
  Message,
  Producer,
  SASLOptions,
} from 'kafkajs'

interface RequestQueue {
  readonly pending: readonly unknown[]
  scheduleCheckPendingRequests: (this: RequestQueue) => void
}

interface Compression {
  readonly Types: Readonly<Record<'Snappy' | 'LZ4' | 'ZSTD', number>>
  readonly Codecs: Record<number, () => Codec>
}

const require = createRequire(import.meta.url)
const { prototype }: { prototype: RequestQueue } = require('kafkajs/src/network/requestQueue')
const schedule = prototype.scheduleCheckPendingRequests

/**
 * With nothing to send, kafkajs 2.2.4 sets a timer of `-1 - Date.now()` ms, again each time it fires: a thousand
 * wake-ups a second for each connection, and a warning in Node 24 (tulios/kafkajs#1751).
 */
prototype.scheduleCheckPendingRequests = function scheduleIfPending() {
  if (this.pending.length > 0) schedule.call(this)
}

export const compression: Compression = require('kafkajs/src/protocol/message/compression')
const { Codecs, Types } = compression
Codecs[Types.ZSTD] = () => zstd
Codecs[Types.Snappy] = () => unreadable('snappy')
Codecs[Types.LZ4] = () => unreadable('lz4')
