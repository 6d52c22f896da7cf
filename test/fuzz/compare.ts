import type { Answer } from '../../gateway/src/cli/answer.ts'
import type { EngineName } from '../../gateway/src/cli/engine.ts'
import type { Toolchain } from '../../gateway/src/cli/toolchain.ts'
import { differenceOf } from '../support/same-answer.ts'
import { answersOf, nativeAnswers, type Question, type Trial } from './answers.ts'
import { isOrder } from './order.ts'

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
