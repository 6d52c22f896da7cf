import type { Answer } from '../../gateway/src/cli/answer.ts'
import { OpaError } from '../../gateway/src/cli/opa-error.ts'
import type { Toolchain } from '../../gateway/src/cli/toolchain.ts'
import { nativeAnswers, wireOf, type Question, type Trial } from './answers.ts'

/**
 * Whether only the order of evaluation makes the difference: native OPA's index passes over rules before it evaluates
 * what is in them, and of an object it evaluates only the member that is asked for, where the plan has them all. It
 * meets the error as well without the index, as `explain` evaluates, or when it is asked for the rule with the error.
 */
export async function isOrder(
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
  try {
    await toolchain.ask('explain', { ...wireOf(trial), ...question })
    return false
  } catch (error) {
    return error instanceof OpaError && error.code.startsWith('eval_')
  }
}
