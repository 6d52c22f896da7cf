import type { Json } from '../../../json/json.ts'
import type { BuiltinContext } from '../../builtins/builtin.ts'
import { forgetPatterns } from '../../builtins/patterns.ts'
import { limitEffort } from '../../effort.ts'
import { EvaluationError } from '../../evaluator.ts'
import { RegoSet, type RegoValue } from '../../value.ts'

/** The decision being made. Engines are synchronous, so one of these serves all decisions of an engine. */
export type Run = {
  /** Its number. */
  decision: number
  input: RegoValue | undefined
  data: RegoValue | undefined
  /** Data as it is, which `with` does not replace. */
  document: RegoValue | undefined
  /** Grows with every replacement and patch of the data. */
  version: number
  /** How to let go of parts of data that was replaced. */
  readonly release: (() => void)[]
  /** What is remembered counts while neither input nor data is another; each pair of both has its own number. */
  epoch: number
  lastEpoch: number
  steps: number
  readonly maxSteps: number
  /** Made when a builtin is first called. */
  context: BuiltinContext | undefined
  /** How to forget what the functions hold that were called for this decision; further ones are of earlier decisions. */
  readonly forget: (() => void)[]
  called: number
}

export function createRun(maxSteps: number): Run {
  const data = {}
  return {
    input: undefined,
    data,
    document: data,
    context: undefined,
    decision: 0,
    version: 1,
    epoch: 0,
    lastEpoch: 0,
    steps: 0,
    maxSteps,
    forget: [],
    called: 0,
    release: [],
  }
}

/** Going through a value takes less than a step. */
const effortPerStep = 10

export function begin(run: Run, input: Json | undefined): void {
  run.decision++
  run.input = input
  run.epoch = ++run.lastEpoch
  run.steps = 0
  limitEffort(run.maxSteps * effortPerStep)
}

export function end(run: Run): void {
  limitEffort(Infinity)
  while (run.called > 0) run.forget[--run.called]?.()
  run.input = undefined
  run.context = undefined
  forgetPatterns()
}

/** Counts one call, or one item of a loop. */
export function step(run: Run): void {
  countSteps(run, 1)
}

/** Counts as many items of a loop. */
export function countSteps(run: Run, count: number): void {
  run.steps += count
  if (run.steps > run.maxSteps) throw outOfLimits(`takes more than ${run.maxSteps} steps`)
}

/** Counts what a builtin made: texts and collections could be doubled again and again. */
export function stepFor(run: Run, value: RegoValue | undefined): void {
  if (typeof value === 'string') run.steps += value.length >> 6
  else if (value instanceof RegoSet) run.steps += value.size
  else if (Array.isArray(value)) run.steps += value.length
  step(run)
}

export function outOfLimits(excess: string): EvaluationError {
  return new EvaluationError('ERR_LIMIT', `the decision ${excess}`)
}

export function conflict(message: string): EvaluationError {
  return new EvaluationError('ERR_EVALUATION', `eval_conflict_error: ${message}`)
}
