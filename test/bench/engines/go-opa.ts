import { ensureHelper } from '../../../gateway/src/compiler/build.ts'
import { startHelper } from '../../../gateway/src/compiler/helper.ts'
import { timed } from '../clock.ts'
import { median } from '../statistics.ts'
import type { Policy } from './policy.ts'

const many = 2_000
const times = 3
const deadlineMs = 60_000

/**
 * Microseconds that OPA itself takes for a decision of a policy it has loaded, the query's preparation included: what a
 * request of many questions takes longer than one of a single question.
 */
export async function goOpaMicroseconds(policy: Policy): Promise<readonly number[]> {
  const helper = startHelper(await ensureHelper())
  try {
    const ask = (count: number): Promise<number> => {
      const text = requestOf(policy, count)
      return timed(() => helper.ask(text, deadlineMs))
    }
    await ask(many)
    const [singles, batches]: [number[], number[]] = [[], []]
    for (let time = 0; time < times; time += 1) {
      singles.push(await ask(1))
      batches.push(await ask(many + 1))
    }
    return batches.map((batchMs) => ((batchMs - median(singles)) * 1000) / many)
  } finally {
    await helper.stop()
  }
}

function requestOf({ modules, data, entrypoint, inputs }: Policy, count: number): string {
  const questions = Array.from({ length: count }, (_, i) => ({
    entrypoint,
    input: inputs[i % inputs.length],
  }))
  return JSON.stringify({ op: 'eval', modules, data, questions }).slice(1, -1)
}
