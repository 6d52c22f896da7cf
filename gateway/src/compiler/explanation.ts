import * as v from 'valibot'

import { OutcomeSchema, type Outcome } from './evaluation.ts'

/** How an evaluation came to its outcome, bounded in size. */
export interface Explanation {
  readonly outcome: Outcome
  readonly trace: readonly Entered[]
  /** There was more to it than is told. */
  readonly truncated: boolean
}

/**
 * A rule that was evaluated, or a body within one (a comprehension's, one of `every`), which has no name. Rules that
 * do not apply are there, too, up to the first one that holds if there can be no other.
 */
export interface Entered {
  /** `data.role.allow` */
  readonly rule?: string
  readonly default?: boolean
  readonly file: string
  readonly row: number
  readonly column: number
  readonly held: boolean
  /** What it made last, as Rego. */
  readonly value?: string
  readonly steps: readonly Step[]
  /** Rules that its head needed. */
  readonly entered?: readonly Entered[]
  /** How many of them are left out. */
  readonly more?: number
}

/** An expression as it is written, or the part of one that was undefined. */
export interface Step {
  readonly text: string
  readonly row: number
  readonly column: number
  readonly held: boolean
  /** How often; absent: once. */
  readonly tried?: number
  /** What it saw, as Rego: values of variables, of parts, and of the input. Long ones are cut. */
  readonly bindings?: Readonly<Record<string, string>>
  readonly entered?: readonly Entered[]
  readonly more?: number
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
