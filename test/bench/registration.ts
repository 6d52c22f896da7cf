import { randomUUID } from 'node:crypto'

import { ensureHelper } from '../../gateway/src/compiler/build.ts'
import type { Broker } from '../support/kafka/broker.ts'
import { openPap } from '../support/pap.ts'
import { nowMs, rounds } from './clock.ts'
import { openEcho } from './kafka-echo.ts'
import { startLoneGateway } from './lone-gateway.ts'
import type { Measurement } from './measurement.ts'

const times = 5

/** From `node gateway/src/main.ts` to the registration, read by the PAP. */
export const registration: Measurement = {
  name: 'registration',
  title: `a gateway registers, ${times} times`,
  async run(kit) {
    await ensureHelper({ onProgress: kit.say })
    const broker = await kit.broker()
    const pairs = await rounds(times, 500, async () => ({
      gateway: await registered(broker),
      bare: await joined(broker),
    }))
    return [
      {
        what: 'process start → registered',
        unit: 's',
        samples: pairs.map(({ gateway }) => gateway / 1000),
        baseline: {
          name: 'a bare kafkajs program, start → first record',
          samples: pairs.map(({ bare }) => bare / 1000),
        },
        atMost: 3,
        peer: 'OPA-PDP 75 s',
      },
    ]
  },
}

async function registered(broker: Broker): Promise<number> {
  const topic = `registration-${randomUUID()}`
  const pap = await openPap(broker.url, topic)
  const begin = nowMs()
  const gateway = await startLoneGateway({ KAFKA_URL: broker.url, PAP_TOPIC: topic })
  await Promise.race([pap.heard(() => true), gateway.ended])
  const tookMs = nowMs() - begin
  await Promise.all([gateway.stop(), pap.close()])
  return tookMs
}

async function joined(broker: Broker): Promise<number> {
  const echo = await openEcho(broker.url)
  await echo.close()
  return echo.joinedMs
}
