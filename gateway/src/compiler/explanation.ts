import type { Entered } from '@vedette/core/door/explanation'
import * as v from 'valibot'

import { OutcomeSchema, type Outcome } from './evaluation.ts'

/** How an evaluation came to its outcome, bounded in size. */
export interface Explanation {
  readonly outcome: Outcome
  readonly trace: readonly Entered[]
  /** There was more to it than is told. */
  readonly truncated: boolean
}

const place = { row: v.number(), column: v.number(), held: v.boolean() }

const inner = {
  entered: v.exactOptional(v.lazy(() => v.array(EnteredSchema))),
  more: v.exactOptional(v.number()),
}

const StepSchema = v.object({
  ...place,
  ...inner,
  text: v.string(),
  tried: v.exactOptional(v.number()),
  bindings: v.exactOptional(v.record(v.string(), v.string())),
})

const EnteredSchema: v.GenericSchema<unknown, Entered> = v.object({
  ...place,
  ...inner,
  rule: v.exactOptional(v.string()),
  default: v.exactOptional(v.boolean()),
  file: v.string(),
  value: v.exactOptional(v.string()),
  steps: v.array(StepSchema),
})

/** The answer to `explain`. */
export const ExplanationSchema: v.GenericSchema<unknown, Explanation> = v.pipe(
  v.intersect([
    v.object({ trace: v.array(EnteredSchema), truncated: v.optional(v.boolean(), false) }),
    v.pipe(
      OutcomeSchema,
      v.transform((outcome) => ({ outcome })),
    ),
  ]),
)
