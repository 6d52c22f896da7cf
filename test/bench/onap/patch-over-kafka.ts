import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

import type { Broker } from '../../support/kafka/broker.ts'
import { toscaPolicy } from '../../support/tosca.ts'
import { nowMs, rounds } from '../clock.ts'
import { openEcho } from '../kafka-echo.ts'
import type { LoneGateway } from '../lone-gateway.ts'
import type { Result } from '../measurement.ts'
import { authorization, openStage } from './onap-stage.ts'

const times = 60
const thinkMs = 100
const path = '/policy/pdpo/v1/data/node/role'
const role = toscaPolicy({
  name: 'role',
  policy: { role: 'package role\n\nturn := data.node.role.turn' },
  data: { 'node.role': { turn: 0 } },
})

/** From a PATCH at one gateway until another, asked every millisecond, has it in its document. */
export async function patchOverKafka(broker: Broker): Promise<readonly Result[]> {
  const environment = { USE_KAFKA_FOR_PATCH: 'true', PATCH_TOPIC: `patches-${randomUUID()}` }
  await using one = await openStage(broker, [role], environment)
  await using other = await openStage(broker, [role], environment)
  const echo = await openEcho(broker.url)
  const steps = await rounds(times, thinkMs, async (round) => {
    const kafkaMs = await echo.roundTrip()
    const begin = nowMs()
    const [seenAt] = await Promise.all([
      seen(other.gateway, round + 1),
      patch(one.gateway, round + 1),
    ])
    return { kafkaMs, visibleMs: seenAt - begin }
  })
  await echo.close()
  return [
    {
      what: 'PATCH through Kafka → visible at the other gateway',
      unit: 'ms',
      samples: steps.map(({ visibleMs }) => visibleMs),
      baseline: {
        name: 'Kafka request and answer',
        samples: steps.map(({ kafkaMs }) => kafkaMs),
      },
      atMost: 15,
      peer: 'OPA-PDP 136 ms',
    },
  ]
}

async function patch({ url }: LoneGateway, turn: number): Promise<void> {
  const answer = await fetch(`${url}${path}`, {
    method: 'PATCH',
    headers: { authorization },
    body: JSON.stringify({
      policyName: 'role',
      data: [{ op: 'replace', path: '/turn', value: turn }],
    }),
  })
  if (answer.status !== 202) throw new Error(`PATCH: ${answer.status} ${await answer.text()}`)
}

async function seen({ url }: LoneGateway, turn: number): Promise<number> {
  for (;;) {
    const answer = await fetch(`${url}${path}/turn`, { headers: { authorization } })
    const { data } = (await answer.json()) as { readonly data: number }
    if (data === turn) return nowMs()
    // Asked without a pause, it would take the broker's share of the machine.
    await delay(1)
  }
}
