import type { EngineName } from '../../gateway/src/cli/engine.ts'
import { answer } from '../../gateway/src/cli/evaluate.ts'
import type { Toolchain } from '../../gateway/src/cli/toolchain.ts'
import { PROCESSES } from '../../gateway/src/compiler/pool.ts'
import { differenceOf } from '../support/same-answer.ts'
import type { OpaCase } from './cases.ts'
import { questionOf } from './convert.ts'
import { judge, type Verdict } from './verdict.ts'

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
    // The case says what OPA means, native OPA how it writes it: members of sets in order, digits of numbers.
    const detail = verdict.kind === 'pass' ? differenceOf(own, native) : undefined
    outcomes.push({ given, engine, ...verdict, ...(detail && { kind: 'wrong', detail }) })
  }
  return outcomes
}
