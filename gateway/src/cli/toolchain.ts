import { isJsonObject } from '@vedette/core/json/equal'
import type { Json, JsonObject } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import { stringifyJson } from '@vedette/core/json/stringify'
import * as v from 'valibot'

import type { RegoModule } from '../catalog/units/compile.ts'
import { ErrorSchema, position } from '../compiler/answer.ts'
import { ensureHelper } from '../compiler/build.ts'
import { HelperError } from '../compiler/helper-error.ts'
import { createPool } from '../compiler/pool.ts'
import { CompileFault } from './compile-fault.ts'
import { OpaError } from './opa-error.ts'

/** Long enough for the largest honest policy on a busy machine. */
const DEADLINE_MS = 60_000

const ErrorsSchema = v.tupleWithRest([ErrorSchema], ErrorSchema)
const FailureSchema = v.object({
  code: v.string(),
  message: v.string(),
  file: v.optional(v.string()),
  row: v.optional(position),
  column: v.optional(position),
})

/** OPA itself, in warm processes. */
export interface Toolchain {
  /**
   * Asks for an operation of `compiler/wire.go`. Numbers keep their digits. Throws `CompileFault`, `HelperError`,
   * `OpaError`.
   */
  ask(op: string, members: JsonObject): Promise<JsonObject>
  close(): Promise<void>
}

/** Modules as `compiler/wire.go` takes them. */
export function wireModules(modules: readonly RegoModule[]): readonly JsonObject[] {
  return modules.map(({ file, source }) => ({ file, source }))
}

async function createToolchain(deadlineMs: number): Promise<Toolchain> {
  const helperPath = await ensureHelper({ onProgress: (line) => process.stderr.write(`${line}\n`) })
  const pool = createPool(helperPath)
  return {
    ask: async (op, members) => {
      const text = stringifyJson({ op, ...members }).slice(1, -1)
      return readAnswer(parseJson(await pool.run((helper) => helper.ask(text, deadlineMs))))
    },
    close: () => pool.close(),
  }
}

/** Has OPA at hand for as long as `action` takes; what takes OPA longer than `deadlineMs` fails. Default: a minute. */
export async function withToolchain<Outcome>(
  action: (toolchain: Toolchain) => Promise<Outcome>,
  deadlineMs: number = DEADLINE_MS,
): Promise<Outcome> {
  const toolchain = await createToolchain(deadlineMs)
  try {
    return await action(toolchain)
  } finally {
    await toolchain.close()
  }
}

function readAnswer(answer: Json): JsonObject {
  if (!isJsonObject(answer)) throw new HelperError('ERR_COMPILER_CRASHED', 'OPA answered nonsense')
  if (answer['errors'] !== undefined)
    throw new CompileFault(v.parse(ErrorsSchema, answer['errors']))
  if (answer['error'] === undefined) return answer
  const { code, message, ...place } = v.parse(FailureSchema, answer['error'])
  throw new OpaError(code, message, place)
}
