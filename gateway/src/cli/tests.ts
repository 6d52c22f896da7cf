import * as v from 'valibot'

const RangesSchema = v.optional(
  v.array(v.object({ start: v.object({ row: v.number() }), end: v.object({ row: v.number() }) })),
  [],
)

/** What the helper answers to `test`: `examination` in compiler/test.go, with OPA's own coverage report. */
export const TestsSchema = v.object({
  tests: v.array(
    v.object({
      package: v.string(),
      name: v.string(),
      file: v.string(),
      row: v.number(),
      outcome: v.picklist(['pass', 'fail', 'error', 'skip']),
      durationNs: v.number(),
      output: v.optional(v.string(), ''),
      failure: v.optional(v.object({ message: v.string() })),
      cases: v.optional(
        v.array(v.object({ name: v.array(v.string()), fail: v.optional(v.boolean(), false) })),
        [],
      ),
    }),
  ),
  coverage: v.object({
    coverage: v.number(),
    files: v.optional(v.record(v.string(), v.object({ not_covered: RangesSchema })), {}),
  }),
})

type Examination = v.InferOutput<typeof TestsSchema>
export type Tests = Examination['tests']
export type Coverage = Examination['coverage']
