import { setImmediate as breathe } from 'node:timers/promises'

import { codeOf, messageOf } from '@vedette/core/errors'
import type { Engine } from '@vedette/core/evaluator/evaluator'
import { equalJson } from '@vedette/core/json/equal'
import type { Json } from '@vedette/core/json/json'
import { sourceOfValue } from '@vedette/core/json/source'
import { stringifyJson } from '@vedette/core/json/stringify'

import type { RegoModule } from '../catalog/compile.ts'
import type { WarmCompiler } from '../compiler/compiler.ts'
import type { Outcome } from '../compiler/evaluation.ts'
import { probesOf } from './probes.ts'

/** A unit as it was compiled, and an engine that runs it with `document` as its data. */
export interface Candidate {
  readonly modules: readonly RegoModule[]
  /** OPA's IR of the modules. */
  readonly plan: unknown
  readonly entrypoints: readonly string[]
  readonly builtins: readonly string[]
  readonly engine: Engine
  readonly document: Json
}

/** Builtins that may answer otherwise when they are asked once more. */
const inconstant: ReadonlySet<string> = new Set([
  'rand.intn',
  'time.now_ns',
  'trace',
  'uuid.rfc4122',
])

/**
 * Asks OPA itself and the engine the same questions, made of what the policy reads. Resolves to a sentence on the first
 * difference, `undefined` when there is none or when there is nothing to compare: the policy looks at the clock, or OPA
 * gave no answer.
 */
export async function differenceFrom(
  { modules, plan, entrypoints, builtins, engine, document }: Candidate,
  compiler: Pick<WarmCompiler, 'evaluate'>,
): Promise<string | undefined> {
  if (builtins.some((name) => inconstant.has(name))) return undefined
  const questions = entrypoints.flatMap((entrypoint) =>
    probesOf(plan).map((input) => ({ entrypoint, input })),
  )
  const answers = await compiler.evaluate(modules, questions, { data: document })
  if ('errors' in answers) return undefined
  for (const [at, { entrypoint, input }] of questions.entries()) {
    const theirs = answers.outcomes[at]
    // A policy may have thousands of rules, and everybody else waits meanwhile.
    await breathe()
    const ours = outcomeOf(engine, entrypoint, input)
    if (isCutShort(ours)) continue
    if (theirs && !isSame(theirs, ours)) {
      return `${entrypoint} of ${stringifyJson(input)}: OPA ${told(theirs)}, here ${told(ours)}`
    }
  }
  return undefined
}

function outcomeOf(engine: Engine, entrypoint: string, input: Json): Outcome {
  try {
    return { value: engine.evaluate(entrypoint, sourceOfValue(input)) }
  } catch (error) {
    return { error: { code: codeOf(error, 'ERR_EVALUATION'), message: messageOf(error) } }
  }
}

/** Where a limit was met nothing was answered that could differ. */
function isCutShort(outcome: Outcome): boolean {
  return 'error' in outcome && outcome.error.code === 'ERR_LIMIT'
}

/** An error is an error, whatever its words. */
function isSame(theirs: Outcome, ours: Outcome): boolean {
  if ('error' in theirs || 'error' in ours) return 'error' in theirs && 'error' in ours
  if (theirs.value === undefined || ours.value === undefined) return theirs.value === ours.value
  return equalJson(theirs.value, ours.value)
}

function told(outcome: Outcome): string {
  if ('error' in outcome) return `fails (${outcome.error.message})`
  return outcome.value === undefined ? 'undefined' : stringifyJson(outcome.value)
}
