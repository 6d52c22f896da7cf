import { inTurns } from '../in-turns.ts'
import type { Result } from '../measurement.ts'
import { checkAgreement } from './agreement.ts'
import { goOpaMicroseconds } from './go-opa.ts'
import { loadPlan, loadSdk, loadWasm } from './load.ts'
import { inRotation, questionsOf, type Ask, type CompiledPolicy } from './policy.ts'

/** JSON text in and out may take this much of the SDK's time, whatever the policy. */
const textTimes = 1 / 1.4

/** Both engines of ours beside the SDK, and OPA itself; the plan engine's time is at most so many times the SDK's. */
export async function compareEngines(
  policy: CompiledPolicy,
  times: number,
): Promise<readonly Result[]> {
  const [plan, wasm, sdk] = await Promise.all([loadPlan(policy), loadWasm(policy), loadSdk(policy)])
  const questions = questionsOf(policy)
  const beside = (what: string, [own, other]: readonly [Ask, Ask]): Result => {
    checkAgreement(what, questions, [other, own])
    const { ours, beside: samples } = inTurns(
      inRotation(questions, own),
      inRotation(questions, other),
    )
    return { what, unit: 'µs', samples: ours, baseline: { name: 'SDK', samples } }
  }
  const { name } = policy
  const best = beside(`${name}: plan`, [plan.objects, sdk.objects])
  const go = { name: 'Go OPA', samples: await goOpaMicroseconds(policy) }
  return [
    { ...best, atMost: { times } },
    { ...beside(`${name}: plan, text`, [plan.texts, sdk.texts]), atMost: { times: textTimes } },
    { ...beside(`${name}: wasm`, [wasm.objects, sdk.objects]), atMost: 'baseline' },
    { ...beside(`${name}: wasm, text`, [wasm.texts, sdk.texts]), atMost: 'baseline' },
    { ...best, baseline: go },
  ]
}
