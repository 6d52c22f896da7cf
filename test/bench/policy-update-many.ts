import { randomUUID } from 'node:crypto'

import { ensureHelper } from '../../gateway/src/compiler/build.ts'
import type { Broker } from '../support/kafka/broker.ts'
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
const times = 40
const thinkMs = 200

/** What the policies that are deployed already cost each further update: two gateways, asked in turn. */
export const policyUpdateMany: Measurement = {
  name: 'policy-update-many',
  title: `a PAP updates a small policy, alone and beside ${many} others, ${thinkMs} ms to think between`,
  async run(kit) {
    await ensureHelper({ onProgress: kit.say })
    const broker = await kit.broker()
    await using alone = await openStage(broker)
    await using beside = await openStage(broker)
    const deployMs = await timed(() => deployMany(beside.pap))
    kit.say(`${many} policies deployed in ${(deployMs / 1000).toFixed(1)} s`)
    const pairs = await rounds(times, thinkMs, async (round) => ({
      alone: await timed(() => updated(alone.pap, nextVersion(round + 1))),
      beside: await timed(() => updated(beside.pap, nextVersion(round + 1))),
    }))
    return [
      {
        what: `PDP_UPDATE → PDP_STATUS beside ${many} policies`,
        unit: 'ms',
        samples: pairs.map((pair) => pair.beside),
        baseline: { name: 'the same policy alone', samples: pairs.map((pair) => pair.alone) },
        atMost: { times: 2 },
      },
    ]
  },
}

interface Stage extends AsyncDisposable {
  readonly pap: TestPap
}

/** A gateway with version 0 of the small policy, and its PAP. */
async function openStage({ url }: Broker): Promise<Stage> {
  const topic = `many-${randomUUID()}`
  const pap = await openPap(url, topic)
  const gateway = await startLoneGateway({ KAFKA_URL: url, PAP_TOPIC: topic })
  await Promise.race([pap.heard(() => true), gateway.ended])
  await pap.welcome([smallPolicy(0)])
  return {
    pap,
    async [Symbol.asyncDispose]() {
      await Promise.all([gateway.stop(), pap.close()])
    },
  }
}

async function updated(pap: TestPap, change: object): Promise<void> {
  const { response } = await pap.update(change)
  if (response?.responseStatus === 'SUCCESS') return
  throw new Error(`an update failed: ${response?.responseMessage}`)
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
