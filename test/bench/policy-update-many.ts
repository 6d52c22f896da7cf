import { randomUUID } from 'node:crypto'

import { ensureHelper } from '../../gateway/src/compiler/build.ts'
import type { PdpStatus } from '../../gateway/src/pap/pdp-status.ts'
import { openPap } from '../support/pap.ts'
import type { TestPap } from '../support/pap.ts'
import { oneModule } from '../support/tosca.ts'
import { rounds, timed } from './clock.ts'
import { startLoneGateway } from './lone-gateway.ts'
import type { Measurement } from './measurement.ts'
import { nextVersion, smallPolicy } from './small-policy.ts'

const many = 1_000
/** What a PAP may put in one message of 1 MB, and a gateway compiles in the time it waits for an answer. */
const batch = 50
const times = 30
const thinkMs = 200

/** What the policies that are deployed already cost each further update. */
export const policyUpdateMany: Measurement = {
  name: 'policy-update-many',
  title: `a PAP updates a small policy, alone and beside ${many} others, ${thinkMs} ms to think between`,
  async run(kit) {
    await ensureHelper({ onProgress: kit.say })
    const { url } = await kit.broker()
    const topic = `many-${randomUUID()}`
    const pap = await openPap(url, topic)
    const gateway = await startLoneGateway({ KAFKA_URL: url, PAP_TOPIC: topic })
    try {
      await pap.heard(() => true)
      await pap.welcome([smallPolicy(0)])
      const alone = await updates(pap, 0)
      kit.say(`deploying ${many} policies`)
      const deployMs = await timed(() => deployMany(pap))
      kit.say(`deployed in ${(deployMs / 1000).toFixed(1)} s`)
      const beside = await updates(pap, times)
      return [
        {
          what: `PDP_UPDATE → PDP_STATUS, ${many} policies deployed`,
          unit: 'ms',
          samples: beside,
          baseline: { name: 'the same with one policy', samples: alone },
          atMost: { times: 2 },
        },
      ]
    } finally {
      await Promise.all([gateway.stop(), pap.close()])
    }
  },
}

function updates(pap: TestPap, from: number): Promise<readonly number[]> {
  return rounds(times, thinkMs, (round) => timed(() => updated(pap, nextVersion(from + round + 1))))
}

async function updated(pap: TestPap, change: object): Promise<PdpStatus> {
  const status = await pap.update(change)
  const { responseStatus, responseMessage } = status.response ?? {}
  if (responseStatus === 'SUCCESS') return status
  throw new Error(`an update failed: ${responseMessage}`)
}

async function deployMany(pap: TestPap): Promise<void> {
  for (let from = 0; from < many; from += batch) {
    const names = Array.from({ length: batch }, (_, index) => `many.p${from + index}`)
    await updated(pap, { policiesToBeDeployed: names.map(onePolicy) })
  }
}

function onePolicy(name: string): object {
  return oneModule(name, 'allow if input.user == data.node.owner')
}
