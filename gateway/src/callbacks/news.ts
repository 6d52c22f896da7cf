import type { Standing } from '../health/required.ts'

/** One report to make; with `replica` it speaks of that one. */
export interface News {
  readonly replica?: string
}

/** What `standing` says beyond what was told: once for the whole update, or for each replica that answered. */
export function newsOf(
  told: string,
  standing: Standing,
  per: 'replica' | 'update',
): readonly News[] {
  if (per === 'update') return told === toldOf(standing) ? [] : [{}]
  const answersTold = told === '' ? [] : (JSON.parse(told) as Answers).answers
  return answersOf(standing)
    .filter((answer) => !answersTold.includes(answer))
    .map((answer) => ({ replica: answer.slice(answer.indexOf(' ') + 1) }))
}

interface Answers {
  readonly answers: readonly string[]
  readonly pending: number
}

/** What was told with this standing. Not who is pending: a hub that gives its name at last is no news. */
export function toldOf(standing: Standing): string {
  const answers: Answers = { answers: answersOf(standing), pending: standing.pending.length }
  return JSON.stringify(answers)
}

function answersOf({ applied, failed }: Standing): readonly string[] {
  return [
    ...applied.map((replica) => `applied ${replica}`),
    ...failed.map(({ replica }) => `failed ${replica}`),
  ].toSorted()
}
