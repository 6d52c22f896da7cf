import { codeOf } from '@vedette/core/errors'
import type { Json, JsonObject } from '@vedette/core/json/json'
import * as v from 'valibot'

import { answerOf, faultOf, type Answer } from '../../gateway/src/cli/answer.ts'
import { prepare, type Ask, type EngineName, type Policy } from '../../gateway/src/cli/engine.ts'
import { wireModules, type Toolchain } from '../../gateway/src/cli/toolchain.ts'
import { EvaluationsSchema } from '../../gateway/src/compiler/evaluation.ts'

/** A module, its data, and what is asked of it. */
export interface Trial {
  readonly source: string
  readonly data: JsonObject
  readonly inputs: readonly Json[]
  readonly entrypoints: readonly string[]
}

export interface Question {
  readonly entrypoint: string
  readonly input: Json
}

/** All in one go: OPA checks the module once. */
export async function nativeAnswers(
  trial: Trial,
  questions: readonly Question[],
  toolchain: Toolchain,
): Promise<readonly Answer[]> {
  const asked = questions.map((question) => ({ ...question }))
  const answer = await toolchain.ask('eval', { ...wireOf(trial), questions: asked })
  return v
    .parse(EvaluationsSchema, answer)
    .outcomes.map((outcome) => ('error' in outcome ? outcome : answerOf(outcome.value)))
}

interface Asking {
  readonly trial: Trial
  readonly questions: readonly Question[]
  readonly toolchain: Toolchain
}

/** `undefined` is what the engine refuses. */
export async function answersOf(
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

/** Modules and data as OPA is asked about them. */
export function wireOf({ source, data }: Trial): JsonObject {
  return { modules: wireModules(modulesOf(source)), data }
}

function policyOf({ source, data, entrypoints }: Trial): Policy {
  return { modules: modulesOf(source), entrypoints, data, regoVersion: 1, strictErrors: false }
}

function modulesOf(source: string): Policy['modules'] {
  return [{ file: 'fuzz.rego', source }]
}
