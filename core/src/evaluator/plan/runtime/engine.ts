import type { Json } from '../../../json/json.ts'
import type { JsonSource } from '../../../json/source.ts'
import type { Builtins } from '../../builtins/table.ts'
import { EvaluationError, type Engine } from '../../evaluator.ts'
import { valueInside } from '../../inside.ts'
import { programVersion, type Head } from '../program.ts'
import type { Callee } from './builder.ts'
import { createCallee, empty } from './functions.ts'
import { createOrigins, type IsUnasked } from './origins.ts'
import { resultOf } from './result.ts'
import { begin, createRun, end, outOfLimits } from './run.ts'

export type PlanLimits = {
  /** Calls, items of loops, and what builtins make, in one decision. Default: 10 million. */
  readonly steps?: number
  /** What one result takes, roughly, in bytes. Default: 64 million. */
  readonly resultSize?: number
}

export type PlanEngineOptions = {
  /** Those that the program calls must be among them. */
  readonly builtins: Builtins
  readonly limits?: PlanLimits
  /** Whether a builtin that fails fails the decision. Default: false, the expression is undefined. */
  readonly strictErrors?: boolean
}

/** Whether this runtime runs programs of that version. */
export function canRun(version: number): boolean {
  return version === programVersion
}

/** The builtins that a program calls. */
export function programBuiltins(program: string): readonly string[] {
  return headOf(program).builtins
}

/**
 * Runs what `optimise` made, without generating code: functions become closures when they are first called. Data and
 * input are read in place; nothing of a decision is kept. Throws `EvaluationError`: `ERR_ENGINE_UNFIT` for a program of
 * another version, `ERR_UNSUPPORTED_POLICY` for what is none, and when a builtin is missing.
 */
export function createPlanEngine(program: string, options: PlanEngineOptions): Engine {
  const { builtins, limits = {}, strictErrors = false } = options
  const { steps: maxSteps = 10_000_000, resultSize = 64_000_000 } = limits
  const head = headOf(program)
  const missing = head.builtins.find((name) => !builtins.has(name))
  if (missing !== undefined)
    throw new EvaluationError('ERR_UNSUPPORTED_POLICY', `the builtin ${missing} is missing`)

  const run = createRun(maxSteps)
  const callees: Callee[] = []
  const [, ...texts] = program.split('\n')
  const sources = texts.map((text, number) => ({ text, parameters: head.parameters[number] ?? 0 }))
  const originsOf = createOrigins(sources)
  for (const [number, source] of sources.entries()) {
    const origins = (): IsUnasked => originsOf(number)
    callees.push(createCallee(source, { run, callees, builtins, strictErrors, origins }))
  }
  const entrypoints = new Map(
    Object.entries(head.entrypoints).map(([name, number]) => [name, callees[number]]),
  )

  function setData(document: JsonSource): void {
    run.document = valueOf(document, 'data')
    run.data = run.document
    run.version++
    for (const release of run.release) release()
  }

  /** Sets right what an error leaves behind. */
  function abandon(): void {
    run.data = run.document
    for (const { frame } of callees) empty(frame)
  }

  return {
    entrypoints: [...entrypoints.keys()],
    evaluate(name, input, inside) {
      const callee = entrypoints.get(name)
      if (!callee)
        throw new EvaluationError('ERR_UNKNOWN_ENTRYPOINT', `the policy has no entrypoint ${name}`)
      begin(run, input && valueOf(input, 'input'))
      try {
        const whole = callee.run()
        const value = inside ? valueInside(whole, inside) : whole
        return value === undefined ? undefined : resultOf(value, resultSize)
      } catch (error) {
        abandon()
        throw asEvaluationError(error)
      } finally {
        end(run)
      }
    },
    setData,
    patchData: setData,
  }
}

function headOf(program: string): Head {
  const end = program.indexOf('\n')
  const { version, ...head } = parseHead(end < 0 ? program : program.slice(0, end))
  if (version !== undefined && canRun(version)) return { version, ...head }
  throw new EvaluationError(
    'ERR_ENGINE_UNFIT',
    `the program is of version ${version}, not ${programVersion}`,
  )
}

/** All but the version is as it should be where the version is right. */
function parseHead(line: string): Omit<Head, 'version'> & { readonly version?: number } {
  try {
    return JSON.parse(line) as Head
  } catch (cause) {
    throw new EvaluationError('ERR_UNSUPPORTED_POLICY', 'this is no program', { cause })
  }
}

/** A text that is no JSON is nothing to decide by. */
function valueOf(source: JsonSource, what: string): Json {
  try {
    return source.value()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new EvaluationError('ERR_EVALUATION', `the ${what} cannot be read: ${reason}`, {
      cause: error,
    })
  }
}

/** A stack too deep or a text too long is a `RangeError`. */
function asEvaluationError(error: unknown): EvaluationError {
  if (error instanceof EvaluationError) return error
  if (error instanceof RangeError) return outOfLimits(`goes too far: ${error.message}`)
  const reason = error instanceof Error ? error.message : String(error)
  return new EvaluationError('ERR_EVALUATION', `the policy crashed: ${reason}`, { cause: error })
}
