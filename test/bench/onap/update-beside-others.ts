import type { Broker } from '../../support/kafka/broker.ts'
import { rounds, timed } from '../clock.ts'
import { openEcho } from '../kafka-echo.ts'
import type { Result } from '../measurement.ts'
import { nextVersion, smallPolicy } from '../small-policy.ts'
import { manyPolicies, openStage } from './onap-stage.ts'

const others = 100
const times = 100
const thinkMs = 200

/** A new version of a small policy beside a hundred others, with time to think between. */
export async function updateBesideOthers(broker: Broker): Promise<readonly Result[]> {
  await using stage = await openStage(broker, [smallPolicy(0)])
  await stage.update({ policiesToBeDeployed: manyPolicies(0, others) })
  const echo = await openEcho(broker.url)
  const steps = await rounds(times, thinkMs, async (round) => ({
    kafkaMs: await echo.roundTrip(),
    statusMs: await timed(() => stage.update(nextVersion(round + 1))),
  }))
  await echo.close()
  const row = {
    what: `PDP_UPDATE → PDP_STATUS, ${others} policies deployed`,
    unit: 'ms',
    samples: steps.map(({ statusMs }) => statusMs),
    baseline: {
      name: 'Kafka request and answer',
      samples: steps.map(({ kafkaMs }) => kafkaMs),
    },
  } as const
  return [
    { ...row, atMost: 30, peer: 'OPA-PDP with none: 170 ms' },
    { ...row, share: 0.99, atMost: 90, peer: 'OPA-PDP with none: 374 ms' },
  ]
}
