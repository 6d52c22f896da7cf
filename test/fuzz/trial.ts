import { codeOf } from '@vedette/core/errors'
import type { Json, JsonObject } from '@vedette/core/json/json'
import * as v from 'valibot'

import { answerOf, faultOf, type Answer } from '../../gateway/src/cli/answer.ts'
import { prepare, type Ask, type EngineName } from '../../gateway/src/cli/engine.ts'
import { OpaError } from '../../gateway/src/cli/opa-error.ts'
import type { Toolchain } from '../../gateway/src/cli/toolchain.ts'
import { EvaluationsSchema } from '../../gateway/src/compiler/evaluation.ts'
import { differenceOf } from '../support/same-answer.ts'

/** A module, its data, and what is asked of it. */
export interface Trial {
  readonly source: string
  readonly data: JsonObject
  readonly inputs: readonly Json[]
  readonly entrypoints: readonly string[]
}

interface Question {
  readonly entrypoint: string
  readonly input: Json
}

export interface Difference extends Question {
  readonly engine: EngineName
  readonly detail: string
}

/** How the engines' answers compare with native OPA's. */
export interface Comparison {
  readonly differences: readonly Difference[]
  /** Of each engine, how many questions it answered; it says nothing to what it refuses. */
  readonly answered: Readonly<Partial<Record<EngineName, number>>>
}

export async function compare(
  trial: Trial,
  engines: readonly EngineName[],
  toolchain: Toolchain,
): Promise<Comparison> {
  const questions = trial.entrypoints.flatMap((entrypoint) =>
    trial.inputs.map((input) => ({ entrypoint, input })),
  )
  const asking = { trial, questions, toolchain }
  const [native, ...own] = await Promise.all([
    nativeAnswers(trial, questions, toolchain),
    ...engines.map((engine) => answersOf(engine, asking)),
  ])
  const differences: Difference[] = []
  for (const [number, engine] of engines.entries())
    for (const [at, question] of questions.entries()) {
      const answer = own[number]?.[at]
      const detail = answer && differenceFrom(answer, native[at])
      if (!detail || (await isOrder(answer, trial, { question, toolchain }))) continue
      differences.push({ engine, ...question, detail })
    }
  const counts = engines.map((engine, at) => [engine, own[at]?.filter(Boolean).length ?? 0])
  return { differences, answered: Object.fromEntries(counts) }
}

/** Where OPA itself went wrong there is nothing to compare with. */
function differenceFrom(answer: Answer, native: Answer = {}): string | undefined {
  if ('error' in native && native.error.code === 'eval_internal_error') return undefined
  return differenceOf(answer, native)
}

/** All in one go: OPA checks the module once. */
async function nativeAnswers(
  trial: Trial,
  questions: readonly Question[],
  toolchain: Toolchain,
): Promise<readonly Answer[]> {
  const { modules, data } = policyOf(trial)
  const asked = questions.map((question) => ({ ...question }))
  const answer = await toolchain.ask('eval', {
    modules: modules.map((module) => ({ ...module })),
    data,
    questions: asked,
  })
  return v
    .parse(EvaluationsSchema, answer)
    .outcomes.map((outcome) => ('error' in outcome ? outcome : answerOf(outcome.value)))
}

interface Asking {
  readonly trial: Trial
  readonly questions: readonly Question[]
  readonly toolchain: Toolchain
}

async function answersOf(
  engine: EngineName,
  { trial, questions, toolchain }: Asking,
): Promise<readonly (Answer | undefined)[]> {
  const { entrypoints } = trial
  // What one rule needs may be fit for wasm where the whole module is not.
  const groups = engine === 'wasm' ? entrypoints.map((each) => [each]) : [entrypoints]
  const asks = new Map<string, Ask>()
  for (const group of groups) {
    const policy = { ...policyOf(trial), entrypoints: group }
    const ask = await prepare(engine, policy, toolchain).catch(refusal)
    if (ask) for (const entrypoint of group) asks.set(entrypoint, ask)
  }
  return Promise.all(
    questions.map(async ({ entrypoint, input }) =>
      asks.get(entrypoint)?.(entrypoint, input).then(answerOf, faultAnswer),
    ),
  )
}

/** OPA's planner has not implemented everything, an engine neither every builtin nor every operand. */
const refusals = ['ERR_COMPILE', 'ERR_ENGINE_UNFIT', 'ERR_LIMIT', 'ERR_UNSUPPORTED_POLICY']

function refusal(error: unknown): undefined {
  if (!refusals.includes(codeOf(error, ''))) throw error
}

function faultAnswer(error: unknown): Answer | undefined {
  return refusals.includes(codeOf(error, '')) ? undefined : { error: faultOf(error) }
}

/**
 * Whether only the order of evaluation makes the difference: native OPA's index passes over rules before it evaluates
 * what is in them, and of an object it evaluates only the member that is asked for, where the plan has them all. It
 * meets the error as well without the index, as `explain` evaluates, or when it is asked for the rule with the error.
 */
async function isOrder(
  answer: Answer,
  trial: Trial,
  { question, toolchain }: { question: Question; toolchain: Toolchain },
): Promise<boolean> {
  if (!('error' in answer) || answer.error.code !== 'ERR_EVALUATION') return false
  const questions = rulesIn(trial.source).map((entrypoint) => ({ ...question, entrypoint }))
  const whole = await nativeAnswers(trial, questions, toolchain)
  return (
    whole.some((each) => 'error' in each) || (await failsWithoutIndex(trial, question, toolchain))
  )
}

function rulesIn(source: string): readonly string[] {
  const names = [...source.matchAll(/^[cso]\d+\b/gm)].map(([name]) => `fuzz/${name}`)
  return [...new Set(names)]
}

async function failsWithoutIndex(
  trial: Trial,
  question: Question,
  toolchain: Toolchain,
): Promise<boolean> {
  const { modules, data } = policyOf(trial)
  const asked = { modules: modules.map((module) => ({ ...module })), data, ...question }
  try {
    await toolchain.ask('explain', asked)
    return false
  } catch (error) {
    return error instanceof OpaError && error.code.startsWith('eval_')
  }
}

function policyOf({
  source,
  data,
  entrypoints,
}: Trial): Parameters<typeof prepare>[1] & { data: JsonObject } {
  const modules = [{ file: 'fuzz.rego', source }]
  return { modules, entrypoints, data, regoVersion: 1, strictErrors: false }
}
