import type { Json, JsonObject } from '@vedette/core/json/json'

import { answerOf, faultOf, type Answer } from '../../gateway/src/cli/answer.ts'
import { prepare, type Ask, type EngineName } from '../../gateway/src/cli/engine.ts'
import type { Toolchain } from '../../gateway/src/cli/toolchain.ts'
import { differenceOf } from '../support/same-answer.ts'

/** A module, its data, and what is asked of it. */
export interface Trial {
  readonly source: string
  readonly data: JsonObject
  readonly inputs: readonly Json[]
  readonly entrypoints: readonly string[]
}

export interface Difference {
  readonly engine: EngineName
  readonly entrypoint: string
  readonly input: Json
  readonly detail: string
}

/** What the trial's engines say otherwise than native OPA; `undefined` when OPA does not compile the module. */
export async function differencesOf(
  trial: Trial,
  engines: readonly EngineName[],
  toolchain: Toolchain,
): Promise<readonly Difference[]> {
  const asks = await Promise.all(
    engines.map(async (engine) => ({ engine, ask: await prepareTrial(engine, trial, toolchain) })),
  )
  const native = await prepareTrial('native', trial, toolchain)
  const questions = trial.entrypoints.flatMap((entrypoint) =>
    trial.inputs.map((input) => ({ entrypoint, input })),
  )
  const found = await Promise.all(
    questions.map(async ({ entrypoint, input }) => {
      const want = await answer(native, entrypoint, input)
      return Promise.all(
        asks.map(async ({ engine, ask }): Promise<readonly Difference[]> => {
          const detail = differenceOf(await answer(ask, entrypoint, input), want)
          return detail === undefined ? [] : [{ engine, entrypoint, input, detail }]
        }),
      )
    }),
  )
  return found.flat(2)
}

function prepareTrial(
  engine: EngineName,
  { source, data, entrypoints }: Trial,
  toolchain: Toolchain,
): Promise<Ask> {
  const modules = [{ file: 'fuzz.rego', source }]
  const policy = { modules, entrypoints, data, regoVersion: 1, strictErrors: false } as const
  return prepare(engine, policy, toolchain)
}

function answer(ask: Ask, entrypoint: string, input: Json): Promise<Answer> {
  return ask(entrypoint, input).then(answerOf, (error: unknown) => ({ error: faultOf(error) }))
}
