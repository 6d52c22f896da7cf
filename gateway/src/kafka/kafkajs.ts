/** The library with one fault mended; import kafkajs from here only. */
import { createRequire } from 'node:module'

export { Kafka, logLevel, Partitioners } from 'kafkajs'
export type { Consumer, EachMessagePayload, LogEntry, Producer } from 'kafkajs'

interface RequestQueue {
  readonly pending: readonly unknown[]
  scheduleCheckPendingRequests: (this: RequestQueue) => void
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
