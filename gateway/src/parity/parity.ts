import { codeOf, messageOf } from '@vedette/core/errors'
import type { Engine } from '@vedette/core/evaluator/evaluator'
import { equalJson } from '@vedette/core/json/equal'
import type { Json } from '@vedette/core/json/json'
import { sourceOfValue } from '@vedette/core/json/source'
import { stringifyJson } from '@vedette/core/json/stringify'

import type { RegoModule } from '../catalog/units/compile.ts'
import type { WarmCompiler } from '../compiler/compiler.ts'
import type { Outcome } from '../compiler/evaluation.ts'

/** The same sources twice: as OPA reads them, and as an engine runs them, each over the same document. */
export interface Sides {
  readonly modules: readonly RegoModule[]
  readonly builtins: readonly string[]
  readonly engine: Engine
  readonly document: Json
}

export interface Question {
  readonly entrypoint: string
  /** Absent: asked without one. */
  readonly input?: Json
}

export interface CompareTools {
  readonly compiler: Pick<WarmCompiler, 'evaluate'>
  /** Awaited between any two steps: everybody else waits meanwhile. */
  readonly pause: () => Promise<void>
}

export interface Findings {
  /** A sentence on the first difference. */
  readonly difference: string | undefined
  /** OPA's answers, one a question, or none at all. */
  readonly outcomes: readonly Outcome[]
}

/** Characters of a value. */
const longestShown = 200

/** Builtins that may answer otherwise when they are asked once more. */
const inconstant: ReadonlySet<string> = new Set([
  'rand.intn',
  'time.now_ns',
  'trace',
  'uuid.rfc4122',
])

/** Whether there is any use in comparing two answers: none where a policy looks at the clock or draws lots. */
export function isConstant({ builtins }: Pick<Sides, 'builtins'>): boolean {
  return !builtins.some((name) => inconstant.has(name))
}

/** Asks OPA itself and the engine the same questions. Where OPA gives no answer, there is nothing to compare. */
export async function compare(
  questions: readonly Question[],
  sides: Sides,
  { compiler, pause }: CompareTools,
): Promise<Findings> {
  const { modules, engine, document } = sides
  const answers = await compiler.evaluate(modules, questions, { data: document })
  if ('errors' in answers) return { difference: undefined, outcomes: [] }
  const { outcomes } = answers
  for (const [at, question] of isConstant(sides) ? questions.entries() : []) {
    await pause()
    const difference = differenceBetween(outcomes[at], outcomeOf(engine, question))
    if (difference !== undefined)
      return { difference: `${asked(question)}: ${difference}`, outcomes }
  }
  return { difference: undefined, outcomes }
}

function differenceBetween(theirs: Outcome | undefined, ours: Outcome): string | undefined {
  if (!theirs || isCutShort(ours) || isSame(theirs, ours)) return undefined
  return `OPA ${told(theirs)}, here ${told(ours)}`
}

function outcomeOf(engine: Engine, { entrypoint, input }: Question): Outcome {
  try {
    const source = input === undefined ? undefined : sourceOfValue(input)
    return { value: engine.evaluate(entrypoint, source) }
  } catch (error) {
    return { error: { code: codeOf(error, 'ERR_EVALUATION'), message: messageOf(error) } }
  }
}

/** Where a limit was met nothing was answered that could differ. */
function isCutShort(outcome: Outcome): boolean {
  return 'error' in outcome && outcome.error.code === 'ERR_LIMIT'
}

/** An error is an error, whatever its words. */
export function isSame(theirs: Outcome, ours: Outcome): boolean {
  if ('error' in theirs || 'error' in ours) return 'error' in theirs && 'error' in ours
  if (theirs.value === undefined || ours.value === undefined) return theirs.value === ours.value
  return equalJson(theirs.value, ours.value)
}

function asked({ entrypoint, input }: Question): string {
  return input === undefined ? entrypoint : `${entrypoint} of ${shown(input)}`
}

/** In a sentence, for a log. */
export function told(outcome: Outcome): string {
  if ('error' in outcome) return `fails (${outcome.error.message})`
  return outcome.value === undefined ? 'undefined' : shown(outcome.value)
}

function shown(value: Json): string {
  const text = stringifyJson(value)
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text
}
