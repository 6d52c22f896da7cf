import * as v from 'valibot'

import { pdpStates } from '../bundle/head.ts'

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const text = v.pipe(v.string(), v.maxLength(4000))

/** One attempt to apply an update. Times are ms since 1970 on the replica's clock; `error` is empty on success. */
export const TransactionSchema = v.object({
  /** Counts a replica's transactions from 1: a gap says that older ones were dropped. */
  number: count,
  id: text,
  kind: v.picklist(['policy', 'data']),
  revision: text,
  actions: v.pipe(v.array(text), v.maxLength(20)),
  success: v.boolean(),
  error: text,
  begin: count,
  end: count,
})
export type Transaction = v.InferOutput<typeof TransactionSchema>

/** Why the latest thing that came was not believed: a stable code and a sentence. */
export const RefusalSchema = v.object({ code: text, message: text, at: count })
export type Refusal = v.InferOutput<typeof RefusalSchema>

const tally = v.object({ successful: count, failed: count })

/** One of each kind; a kind of which there was none is absent. */
export const LatestSchema = v.object({
  policy: v.exactOptional(TransactionSchema),
  data: v.exactOptional(TransactionSchema),
})

/** What runs a replica. */
const VersionsSchema = v.object({ vedette: text, protocol: count, program: count })

/** A replica's account of itself. Sent again it changes nothing: transactions carry their number. */
export const StatusReportSchema = v.object({
  replica: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  kind: v.picklist(['gateway', 'edge', 'browser']),
  scope: text,
  /** `epoch.sequence` of the active head, null before the first. */
  revision: v.nullable(text),
  /** When the active head was issued, ms since 1970. */
  issued: v.nullable(count),
  state: v.nullable(v.picklist(pdpStates)),
  ready: v.boolean(),
  healthy: v.boolean(),
  refusal: v.nullable(RefusalSchema),
  /** The latest, oldest first; those that were told before may be left out. */
  transactions: v.pipe(v.array(TransactionSchema), v.maxLength(50)),
  /** The latest of each kind, which may be older than those; a replica of before says nothing of them. */
  last: v.optional(LatestSchema, {}),
  lastFailed: v.optional(LatestSchema, {}),
  statistics: v.object({ policy: tally, data: tally }),
  /** What runs its units; null where there are none. */
  engine: v.optional(v.nullable(v.picklist(['plan', 'wasm', 'mixed'])), null),
  versions: v.optional(v.nullable(VersionsSchema), null),
})
export type StatusReport = v.InferOutput<typeof StatusReportSchema>
