import { inTurns } from '../in-turns.ts'
import type { Result } from '../measurement.ts'
import { checkAgreement } from './agreement.ts'
import { goOpaMicroseconds } from './go-opa.ts'
import { loadPlan, loadSdk, loadWasm } from './load.ts'
import { inRotation, type CompiledPolicy } from './policy.ts'

/** JSON text in and out may take this much of the SDK's time, whatever the policy. */
const textTimes = 1 / 1.4

/** Both engines of ours beside the SDK, and OPA itself; the plan engine's time is at most so many times the SDK's. */
export async function compareEngines(
  policy: CompiledPolicy,
  times: number,
): Promise<readonly Result[]> {
  const [plan, wasm, sdk] = await Promise.all([loadPlan(policy), loadWasm(policy), loadSdk(policy)])
  const { name, inputs } = policy
  const texts = inputs.map((input) => JSON.stringify(input))
  const best = besideSdk(`${name}: plan`, inputs, [plan.objects, sdk.objects])
  const go = { name: 'Go OPA', samples: await goOpaMicroseconds(policy) }
  return [
    { ...best, atMost: { times } },
    {
      ...besideSdk(`${name}: plan, text`, texts, [plan.texts, sdk.texts]),
      atMost: { times: textTimes },
    },
    { ...besideSdk(`${name}: wasm`, inputs, [wasm.objects, sdk.objects]), atMost: 'baseline' },
    { ...besideSdk(`${name}: wasm, text`, texts, [wasm.texts, sdk.texts]), atMost: 'baseline' },
    { ...best, baseline: go },
  ]
}

function besideSdk<Asked>(
  what: string,
  questions: readonly Asked[],
  [own, sdk]: readonly [(question: Asked) => unknown, (question: Asked) => unknown],
): Result {
  checkAgreement(what, questions, [sdk, own])
  const { ours, beside } = inTurns(inRotation(questions, own), inRotation(questions, sdk))
  return { what, unit: 'µs', samples: ours, baseline: { name: 'SDK', samples: beside } }
}
