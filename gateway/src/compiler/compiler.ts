import { codeOf, messageOf } from '@vedette/core/errors'
import type { Logger } from 'pino'

import type { CompileError, Compiler, CompileResult, RegoModule } from '../catalog/compile.ts'
import { parseAnswer } from './answer.ts'
import { startHelper } from './helper.ts'
import { createPool } from './pool.ts'

/** A second compilation need not wait for a long one; more would only share the same cores. */
const PROCESSES = 2

export interface CompilerOptions {
  /** The helper's binary, as `ensureHelper()` returns it. */
  readonly helperPath: string
  /** Names of the builtins the replicas have; a policy that needs another is refused. */
  readonly builtins: readonly string[]
  /** After this many milliseconds the helper is killed. Default 5000. */
  readonly deadlineMs?: number
  /** The longest source of one module, in bytes of UTF-8. Default 1 MiB. */
  readonly maxSourceBytes?: number
  readonly log?: Pick<Logger, 'warn'>
}

export interface WarmCompiler extends Compiler {
  /** Ends the helpers; what was not answered is answered with `ERR_COMPILER_CLOSED`. */
  close(): Promise<void>
}

/**
 * Compiles Rego v1 through warm helper processes. It always answers: besides OPA's own codes an error may have
 * `ERR_SOURCE_TOO_LARGE`, `ERR_COMPILE_DEADLINE`, `ERR_COMPILER_CRASHED` or `ERR_COMPILER_CLOSED`.
 */
export function createCompiler(options: CompilerOptions): WarmCompiler {
  const { helperPath, builtins, deadlineMs = 5000, maxSourceBytes = 1024 * 1024, log } = options
  const pool = createPool(PROCESSES, () => startHelper(helperPath))
  const having = JSON.stringify(builtins)

  async function ask(modules: readonly RegoModule[]): Promise<CompileResult> {
    const members = `"op":"compile","builtins":${having},"modules":${JSON.stringify(modules)}`
    try {
      return parseAnswer(await pool.run((helper) => helper.ask(members, deadlineMs)))
    } catch (error) {
      log?.warn({ err: error }, 'the compiler gave no answer')
      return { errors: [unanswered(modules, error)] }
    }
  }

  return {
    compile: async (modules) => {
      const large = modules.filter(({ source }) => Buffer.byteLength(source) > maxSourceBytes)
      if (large.length === 0) return ask(modules)
      return { errors: large.map(({ file }) => tooLarge(file, maxSourceBytes)) }
    },
    close: () => pool.close(),
  }
}

function tooLarge(file: string, maxSourceBytes: number): CompileError {
  const message = `the source is longer than ${maxSourceBytes} bytes; split the policy`
  return { file, row: 1, column: 1, code: 'ERR_SOURCE_TOO_LARGE', message }
}

/** Of several modules nobody can say which one it was: then the file is empty. */
function unanswered(modules: readonly RegoModule[], error: unknown): CompileError {
  const file = modules.length === 1 && modules[0] ? modules[0].file : ''
  const code = codeOf(error, 'ERR_COMPILER_CRASHED')
  return { file, row: 1, column: 1, code, message: messageOf(error) }
}
