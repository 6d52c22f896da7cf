import type { Json } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import * as v from 'valibot'

import type { CompileError } from '../catalog/units/compile.ts'
import { HelperError } from './helper-error.ts'

/** Modules that do not compile, or a compiler that gave no answer. */
export interface Refusal {
  readonly errors: readonly CompileError[]
}

/** A row or a column. */
export const position = v.pipe(v.number(), v.integer(), v.minValue(1))

export const ErrorSchema = v.object({
  file: v.string(),
  row: position,
  column: position,
  code: v.string(),
  message: v.string(),
})

const RefusalSchema = v.object({ errors: v.pipe(v.array(ErrorSchema), v.nonEmpty()) })

/** What is wrong with a request, or with OPA. */
const FailureSchema = v.object({ error: v.object({ message: v.string() }) })

/** Reads the helper's answer to an op. Throws `HelperError` when it is none. */
export function parseAnswer<Answer>(
  line: string,
  schema: v.GenericSchema<unknown, Answer>,
): Answer | Refusal {
  const body = parsed(line)
  const { output, success } = v.safeParse(v.union([RefusalSchema, schema]), body)
  if (success) return output
  const failure = v.is(FailureSchema, body) ? body.error.message : 'the compiler answered nonsense'
  throw new HelperError('ERR_COMPILER_CRASHED', failure)
}

/** With every digit: they count in what OPA evaluated. */
function parsed(line: string): Json | undefined {
  try {
    return parseJson(line)
  } catch {
    return undefined
  }
}
