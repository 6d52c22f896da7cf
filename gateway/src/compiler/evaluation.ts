import type { Json } from '@vedette/core/json/json'
import * as v from 'valibot'

/** Asks for a path, `role/allow`, or whatever Rego can ask, `data.role.allow`. Without an input there is none. */
export type Question = ({ readonly entrypoint: string } | { readonly query: string }) & {
  readonly input?: Json
}

/** What questions are asked of, besides modules. */
export interface Circumstances {
  /** Default: `{}`. */
  readonly data?: Json
  /** Errors of builtins fail an evaluation, instead of being undefined. Default: false. */
  readonly strictErrors?: boolean
  /** The language of modules that do not say `import rego.v1`. Default: 1. */
  readonly regoVersion?: 0 | 1
}

/** A value, `undefined` when there is none, or OPA's error. */
export type Outcome = { readonly value: Json | undefined } | { readonly error: EvaluationFailure }

/** `code` is OPA's, `eval_conflict_error`; the place is known if it is one in a module. */
export interface EvaluationFailure {
  readonly code: string
  readonly message: string
  readonly file?: string
  readonly row?: number
  readonly column?: number
}

export interface Evaluations {
  /** In the order of the questions. */
  readonly outcomes: readonly Outcome[]
}

const json: v.GenericSchema<unknown, Json> = v.custom<Json>((value) => value !== undefined)

/** An error of an evaluation, as the helper says it. */
export const FailureSchema: v.GenericSchema<unknown, EvaluationFailure> = v.object({
  code: v.string(),
  message: v.string(),
  file: v.exactOptional(v.string()),
  row: v.exactOptional(v.number()),
  column: v.exactOptional(v.number()),
})

/** How an evaluation ended, as the helper says it. */
export const OutcomeSchema: v.GenericSchema<unknown, Outcome> = v.union([
  v.object({ error: FailureSchema }),
  v.pipe(
    v.object({ undefined: v.literal(true) }),
    v.transform(() => ({ value: undefined })),
  ),
  v.pipe(
    v.object({ result: json }),
    v.transform(({ result }) => ({ value: result })),
  ),
])

/** The answer to `eval`. */
export const EvaluationsSchema: v.GenericSchema<unknown, Evaluations> = v.pipe(
  v.object({ answers: v.array(OutcomeSchema) }),
  v.transform(({ answers }) => ({ outcomes: answers })),
)
