import type { Broker } from '../../support/kafka/broker.ts'
import { timed } from '../clock.ts'
import type { Result } from '../measurement.ts'
import { nextVersion, smallPolicy } from '../small-policy.ts'
import { openAskers } from './decision-load.ts'
import { manyPolicies, openStage } from './onap-stage.ts'

const many = 500
const body = JSON.stringify({ policyName: 'bench', policyFilter: ['version'], input: {} })

/** Decisions, one after another, while five hundred policies are deployed in one update. */
export async function manyAtOnce(
  broker: Broker,
  say: (line: string) => void,
): Promise<readonly Result[]> {
  await using stage = await openStage(broker, [smallPolicy(0)])
  const { url } = stage.gateway
  await stage.update(nextVersion(1))
  using asker = openAskers({ url, body, connections: 1 })
  const quiet = await asker.ask(2_000)
  let isDone = false
  const deploying = timed(() =>
    stage.update({ policiesToBeDeployed: manyPolicies(0, many) }),
  ).finally(() => {
    isDone = true
  })
  const tookMs: number[] = []
  while (!isDone) tookMs.push(...(await asker.ask(20)))
  say(`${many} policies deployed in ${((await deploying) / 1000).toFixed(1)} s`)
  return [
    {
      what: `a decision while ${many} policies are deployed`,
      unit: 'ms',
      samples: tookMs,
      baseline: { name: 'while nothing is', samples: quiet },
      share: 1,
      atMost: 20,
    },
  ]
}
