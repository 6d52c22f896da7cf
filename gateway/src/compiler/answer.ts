import * as v from 'valibot'

import type { CompileResult } from '../catalog/compile.ts'
import { HelperError } from './helper-error.ts'

const paths = v.array(v.string())

const UnitSchema = v.object({
  wasm: v.pipe(
    v.string(),
    v.base64(),
    v.transform((text) => new Uint8Array(Buffer.from(text, 'base64'))),
  ),
  entrypoints: paths,
  packages: paths,
  functions: paths,
  reads: v.array(paths),
})

const position = v.pipe(v.number(), v.integer(), v.minValue(1))

const ErrorSchema = v.object({
  file: v.string(),
  row: position,
  column: position,
  code: v.string(),
  message: v.string(),
})

const AnswerSchema = v.union([
  v.object({ errors: v.pipe(v.array(ErrorSchema), v.nonEmpty()) }),
  v.object({ error: v.object({ code: v.string(), message: v.string() }) }),
  v.pipe(
    UnitSchema,
    v.transform((unit) => ({ unit })),
  ),
])

/** Reads the helper's answer to `compile`. Throws `HelperError` when it is none. */
export function parseAnswer(line: string): CompileResult {
  const { output, success } = v.safeParse(v.pipe(v.string(), v.parseJson(), AnswerSchema), line)
  if (!success) throw new HelperError('ERR_COMPILER_CRASHED', 'the compiler answered nonsense')
  if ('error' in output) throw new HelperError('ERR_COMPILER_CRASHED', output.error.message)
  return output
}
