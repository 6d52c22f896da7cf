import type { EngineName } from '../../gateway/src/cli/engine.ts'
import { answer } from '../../gateway/src/cli/evaluate.ts'
import { PROCESSES, type Toolchain } from '../../gateway/src/cli/toolchain.ts'
import type { OpaCase } from './cases.ts'
import { questionOf } from './convert.ts'
import { compareAnswers, judge, type Verdict } from './verdict.ts'

export interface Outcome extends Verdict {
  readonly given: OpaCase
  readonly engine: EngineName
}

/** One more than OPA's processes, so that these always have a question waiting. */
const IN_FLIGHT = PROCESSES + 1

/** Puts every case to native OPA, and to the engines; outcomes in the order of the cases, native first. */
export async function runCases(
  cases: readonly OpaCase[],
  engines: readonly EngineName[],
  toolchain: Toolchain,
): Promise<readonly Outcome[]> {
  const outcomes: (readonly Outcome[])[] = []
  const queue = cases.entries()
  const work = async (): Promise<void> => {
    for (const [at, given] of queue) outcomes[at] = await runCase(given, engines, toolchain)
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, work))
  return outcomes.flat()
}

async function runCase(
  given: OpaCase,
  engines: readonly EngineName[],
  toolchain: Toolchain,
): Promise<readonly Outcome[]> {
  const { request, shape } = questionOf(given)
  const native = await answer({ ...request, engine: 'native' }, toolchain)
  const outcomes: Outcome[] = [{ given, engine: 'native', ...judge(given, shape, native) }]
  for (const engine of engines) {
    const own = await answer({ ...request, engine }, toolchain)
    const verdict = judge(given, shape, own)
    // Against the case first: it says what OPA means, native OPA only how it writes it.
    const final = verdict.kind === 'pass' ? compareAnswers(own, native) : verdict
    outcomes.push({ given, engine, ...final })
  }
  return outcomes
}
