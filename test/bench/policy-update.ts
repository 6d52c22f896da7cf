import { setTimeout as delay } from 'node:timers/promises'

import { nowMs, rounds, timed } from './clock.ts'
import { openEcho } from './kafka-echo.ts'
import type { BenchStage } from './kit.ts'
import type { Baseline, Measurement } from './measurement.ts'
import { acknowledged, answered, revisionOf } from './replicas.ts'
import type { Acknowledged } from './replicas.ts'
import { nextVersion } from './small-policy.ts'

const acknowledgedTimes = 40
const answeredTimes = 15
const thinkMs = 200
const thinking = `${thinkMs} ms to think between`

/** A new version of a small policy, from PDP_UPDATE to PDP_STATUS and to the decisions. */
export const policyUpdate: Measurement = {
  name: 'policy-update',
  title: `a PAP updates a small policy beside the samples, ${thinking}`,
  async run(kit) {
    const stage = await kit.stage()
    const echo = await openEcho((await kit.broker()).url)
    let version = 0
    await stage.unwatch()
    const steps = await rounds(acknowledgedTimes, thinkMs, async () => ({
      kafkaMs: await echo.roundTrip(),
      ...(await update(stage, (version += 1))),
    }))
    const worker = await rounds(answeredTimes, thinkMs, () =>
      updateAnswered(stage, 'worker', (version += 1)),
    )
    const page = await rounds(answeredTimes, thinkMs, () =>
      updateAnswered(stage, 'page', (version += 1)),
    )
    await echo.close()

    const baseline: Baseline = {
      name: 'Kafka request and answer',
      samples: steps.map(({ kafkaMs }) => kafkaMs),
    }
    const row = { unit: 'ms', baseline } as const
    return [
      {
        ...row,
        what: 'PDP_UPDATE → PDP_STATUS',
        samples: steps.map(({ statusMs }) => statusMs),
        atMost: 40,
        peer: 'OPA-PDP 170 ms',
      },
      {
        ...row,
        what: 'PDP_UPDATE → Worker acknowledged',
        samples: steps.map((step) => step.worker),
        atMost: 200,
      },
      {
        ...row,
        what: 'PDP_UPDATE → page acknowledged',
        samples: steps.map((step) => step.page),
        atMost: 200,
      },
      { ...row, what: 'PDP_UPDATE → Worker answers by it (HTTP)', samples: worker, atMost: 200 },
      { ...row, what: 'PDP_UPDATE → page answers by it', samples: page, atMost: 200 },
    ]
  },
}

async function update(
  { world, pap }: BenchStage,
  version: number,
): Promise<Acknowledged & { readonly statusMs: number }> {
  const after = await revisionOf(world)
  await delay(thinkMs)
  const begin = Date.now()
  const statusMs = await timed(() => pap.update(nextVersion(version)))
  return { statusMs, ...(await acknowledged(world, { begin, after })) }
}

async function updateAnswered(
  { world, pap }: BenchStage,
  place: 'worker' | 'page',
  version: number,
): Promise<number> {
  const begin = nowMs()
  const [answeredAt] = await Promise.all([
    answered(world, place, { path: 'bench/version', expected: version }),
    pap.update(nextVersion(version)),
  ])
  return answeredAt - begin
}
