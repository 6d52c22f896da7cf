import { codeOf, messageOf } from '@vedette/core/errors'
import type { Json } from '@vedette/core/json/json'
import { stringifyJson } from '@vedette/core/json/stringify'
import type { Logger } from 'pino'
import type { GenericSchema } from 'valibot'

import type { CompileError, Compiler, RegoModule } from '../catalog/units/compile.ts'
import { parseAnswer, type Refusal } from './answer.ts'
import {
  EvaluationsSchema,
  type Circumstances,
  type Evaluations,
  type Question,
} from './evaluation.ts'
import { ExaminationSchema, type Examination } from './examination.ts'
import { ExplanationSchema, type Explanation } from './explanation.ts'
import { InspectionSchema } from './inspection.ts'
import { createPool } from './pool.ts'
import { TreeSchema, type Tree } from './tree.ts'
import {
  PlannedUnitSchema,
  UnitSchema,
  WasmSchema,
  type BuiltUnit,
  type PlannedUnit,
} from './unit.ts'

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

/**
 * OPA's own tools in warm helper processes. They always answer: besides OPA's own codes an error may have
 * `ERR_SOURCE_TOO_LARGE`, `ERR_COMPILE_DEADLINE`, `ERR_COMPILER_CRASHED` or `ERR_COMPILER_CLOSED`.
 */
export interface WarmCompiler extends Compiler {
  /** Plan and wasm at once. */
  compile(
    modules: readonly RegoModule[],
    own?: readonly string[],
  ): Promise<{ readonly unit: BuiltUnit } | Refusal>
  plan(
    modules: readonly RegoModule[],
    own?: readonly string[],
  ): Promise<{ readonly unit: PlannedUnit } | Refusal>
  /** Asks OPA's own evaluator, which has all of OPA's builtins but reaches no network. */
  evaluate(
    modules: readonly RegoModule[],
    questions: readonly Question[],
    circumstances?: Circumstances,
  ): Promise<Evaluations | Refusal>
  /** Says how OPA comes to an answer: what was evaluated, what held, and what did not on which values. */
  explain(
    modules: readonly RegoModule[],
    question: Question,
    circumstances?: Circumstances,
  ): Promise<Explanation | Refusal>
  /** Runs the tests among the modules with all of OPA's builtins, but without a network. */
  test(
    modules: readonly RegoModule[],
    circumstances?: Omit<Circumstances, 'strictErrors'>,
  ): Promise<Examination | Refusal>
  /** Parses Rego of either version, compiling nothing. */
  tree(module: RegoModule): Promise<Tree | Refusal>
  /** Ends the helpers; what was not answered is answered with `ERR_COMPILER_CLOSED`. */
  close(): Promise<void>
}

/** What a request has besides its modules; members that are absent are not sent. */
type Members = Readonly<Record<string, Json | undefined>>

export function createCompiler(options: CompilerOptions): WarmCompiler {
  const { helperPath, builtins, deadlineMs = 5000, maxSourceBytes = 1024 * 1024, log } = options
  const pool = createPool(helperPath)

  async function ask<Answer>(
    modules: readonly RegoModule[],
    members: Members,
    schema: GenericSchema<unknown, Answer>,
  ): Promise<Answer | Refusal> {
    const large = modules.filter(({ source }) => Buffer.byteLength(source) > maxSourceBytes)
    if (large.length > 0) return { errors: large.map(({ file }) => tooLarge(file, maxSourceBytes)) }
    try {
      const text = membersText(modules, members)
      return parseAnswer(await pool.run((helper) => helper.ask(text, deadlineMs)), schema)
    } catch (error) {
      log?.warn({ err: error }, 'the compiler gave no answer')
      return { errors: [unanswered(modules, error)] }
    }
  }

  return {
    compile: (modules, own) => ask(modules, { op: 'compile', builtins, own }, UnitSchema),
    plan: (modules, own) =>
      ask(modules, { op: 'compile', builtins, own, targets: ['plan'] }, PlannedUnitSchema),
    wasm: (modules, own) =>
      ask(modules, { op: 'compile', builtins, own, targets: ['wasm'] }, WasmSchema),
    inspect: (modules) => ask(modules, { op: 'inspect' }, InspectionSchema),
    evaluate: async (modules, questions, circumstances = {}) => {
      if (questions.length === 0) return { outcomes: [] }
      return ask(modules, { op: 'eval', questions, ...circumstances }, EvaluationsSchema)
    },
    explain: (modules, question, circumstances = {}) =>
      ask(modules, { op: 'explain', ...question, ...circumstances }, ExplanationSchema),
    test: (modules, circumstances = {}) =>
      ask(modules, { op: 'test', ...circumstances }, ExaminationSchema),
    tree: (module) => ask([module], { op: 'tree' }, TreeSchema),
    close: () => pool.close(),
  }
}

function membersText(modules: readonly RegoModule[], members: Members): string {
  const present = Object.entries(members).flatMap(([name, value]) =>
    value === undefined ? [] : [`"${name}":${stringifyJson(value)}`],
  )
  return [...present, `"modules":${JSON.stringify(modules)}`].join(',')
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
