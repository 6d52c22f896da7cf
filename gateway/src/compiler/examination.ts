import * as v from 'valibot'

import { FailureSchema, type EvaluationFailure } from './evaluation.ts'

/** What `opa test --coverage` finds. */
export interface Examination {
  /** In the order of the sources. */
  readonly tests: readonly TestOutcome[]
  /** Of all modules, tests too, as OPA counts it. */
  readonly coverage: Coverage
}

/** One rule that is called `test_…`, or `todo_test_…`, which is skipped. */
export interface TestOutcome {
  /** `data.role_test` */
  readonly package: string
  readonly name: string
  readonly file: string
  readonly row: number
  readonly column: number
  readonly outcome: 'pass' | 'fail' | 'error' | 'skip'
  readonly durationNs: number
  /** What it printed. */
  readonly output?: string
  /** Why it is an error. */
  readonly failure?: EvaluationFailure
  /** Of a test with many. */
  readonly cases?: readonly { readonly name: readonly string[]; readonly fail?: boolean }[]
}

/** As `opa test --coverage --format json` prints it; `coverage` in percent of the lines. */
interface Coverage {
  readonly files: Readonly<Record<string, FileCoverage>>
  readonly covered_lines: number
  readonly not_covered_lines: number
  readonly coverage: number
}

export interface FileCoverage {
  readonly covered?: readonly Range[]
  readonly not_covered?: readonly Range[]
  readonly covered_lines?: number
  readonly not_covered_lines?: number
  readonly coverage?: number
}

/** Lines and columns from 1; a range that is not covered for a reason has `kinds` to say which. */
interface Range {
  readonly start: Position
  readonly end: Position
  readonly kinds?: readonly string[]
}

interface Position {
  readonly row: number
  readonly col?: number
}

const PositionSchema = v.object({ row: v.number(), col: v.exactOptional(v.number()) })

const RangesSchema = v.exactOptional(
  v.array(
    v.object({
      start: PositionSchema,
      end: PositionSchema,
      kinds: v.exactOptional(v.array(v.string())),
    }),
  ),
)

const FileCoverageSchema = v.object({
  covered: RangesSchema,
  not_covered: RangesSchema,
  covered_lines: v.exactOptional(v.number()),
  not_covered_lines: v.exactOptional(v.number()),
  coverage: v.exactOptional(v.number()),
})

/** The answer to `test`. */
export const ExaminationSchema: v.GenericSchema<unknown, Examination> = v.object({
  tests: v.array(
    v.object({
      package: v.string(),
      name: v.string(),
      file: v.string(),
      row: v.number(),
      column: v.number(),
      outcome: v.picklist(['pass', 'fail', 'error', 'skip']),
      durationNs: v.number(),
      output: v.exactOptional(v.string()),
      failure: v.exactOptional(FailureSchema),
      cases: v.exactOptional(
        v.array(v.object({ name: v.array(v.string()), fail: v.exactOptional(v.boolean()) })),
      ),
    }),
  ),
  coverage: v.object({
    files: v.record(v.string(), FileCoverageSchema),
    covered_lines: v.number(),
    not_covered_lines: v.number(),
    coverage: v.number(),
  }),
})
