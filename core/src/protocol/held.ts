import * as v from 'valibot'

import { DigestSchema } from '../bundle/digest.ts'
import { StatusReportSchema } from './status-report.ts'

/** What a replica holds of each part (activated or staged), and the content it still needs. */
export const HoldingsSchema = v.object({
  positions: v.object({
    policy: v.optional(DigestSchema),
    data: v.optional(DigestSchema),
  }),
  missing: v.array(DigestSchema),
})
export type Holdings = v.InferOutput<typeof HoldingsSchema>

/** Replica → gateway: the answer to a push, and how things are going. */
export const HeldSchema = v.tuple([
  v.literal('held'),
  v.object({
    /** Of the push this answers. */
    id: v.string(),
    holdings: HoldingsSchema,
    status: StatusReportSchema,
  }),
])
export type Held = v.InferOutput<typeof HeldSchema>[1]
