import { inTurns } from '../in-turns.ts'
import type { Result } from '../measurement.ts'
import { checkAgreement } from './agreement.ts'
import { loadPlan, loadSdk } from './load.ts'
import { inRotation, type CompiledPolicy } from './policy.ts'
import { casbin, casl, cedar, handWritten, type Peer } from './rbac-peers.ts'
import { accesses, rbac, type Access } from './rbac.ts'

/** So many users casbin gets an enforcer for: making one takes it a millisecond. */
const few = 64
const batchSize = 100

interface Rival {
  readonly name: string
  readonly decide: Peer
  readonly asked?: readonly Access[]
  readonly atMost?: Result['atMost']
}

/** The indexed policy beside what decides RBAC without Rego. */
export async function compareRbac(policy: CompiledPolicy): Promise<readonly Result[]> {
  const plan = await loadPlan(policy)
  const asked = accesses.slice(0, few)
  const rivals: readonly Rival[] = [
    { name: 'hand-written', decide: handWritten(rbac), atMost: { times: 2.2 } },
    { name: 'CASL, cached', decide: casl(rbac), atMost: 'baseline' },
    { name: 'cedar-wasm', decide: cedar(rbac) },
    { name: 'casbin, own data only', decide: await casbin(rbac, asked), asked },
  ]
  return rivals.map(({ name, decide, asked: questions = accesses, atMost }) => {
    checkAgreement(name, questions, [handWritten(rbac), decide])
    checkAgreement(name, questions, [decide, plan.objects])
    const { ours, beside } = inTurns(
      inRotation(questions, plan.objects),
      inRotation(questions, decide),
    )
    const baseline = { name, samples: beside }
    const row: Result = { what: 'RBAC indexed: plan', unit: 'µs', samples: ours, baseline }
    return atMost === undefined ? row : { ...row, atMost }
  })
}

/** A hundred questions: one after another here, where no border is crossed, and in one call of the SDK. */
export async function compareBatch(
  single: CompiledPolicy,
  batch: CompiledPolicy,
): Promise<readonly Result[]> {
  const [plan, sdk] = await Promise.all([loadPlan(single), loadSdk(batch)])
  const batches = Array.from({ length: 20 }, (_, i) =>
    accesses.slice(i * batchSize, (i + 1) * batchSize),
  )
  const all = (batch: readonly Access[]): unknown => batch.map((access) => plan.objects(access))
  checkAgreement('batch', batches, [sdk.objects, all])
  const { ours, beside } = inTurns(inRotation(batches, all), inRotation(batches, sdk.objects))
  return [
    {
      what: `RBAC indexed: plan, ${batchSize} decisions`,
      unit: 'µs',
      samples: ours,
      baseline: { name: 'SDK, a batch rule', samples: beside },
      atMost: 'baseline',
    },
  ]
}
