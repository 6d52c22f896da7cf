import type { Json } from '@vedette/core/json/json'
import * as v from 'valibot'

import type { RequestSchema } from './request.ts'

/** A question of Phase 1. */
export interface VerdictRequest {
  /** A rule by its path: `action/allow`. */
  readonly policyName: string
  readonly input?: Json | undefined
}

const text = v.nullish(v.string())

/** The times may be of any form: that of the seed, a whole date in `currentTime`, is refused by the later API. */
export const VerdictRequestSchema: RequestSchema<VerdictRequest> = v.object({
  onapName: text,
  onapComponent: text,
  onapInstance: text,
  currentDate: text,
  currentDateTime: text,
  currentTime: text,
  timeOffset: text,
  timeZone: text,
  policyName: v.nullish(v.string(), ''),
  input: v.optional(v.custom<Json>(() => true)),
})
