import { randomUUID } from 'node:crypto'

import { createKafkajsTopic } from '../../gateway/src/kafka/kafkajs-topic.ts'
import { silentLogger } from '../../gateway/src/kafka/topic.support.ts'
import type { Topic } from '../../gateway/src/kafka/topic.ts'
import type { PdpStatus } from '../../gateway/src/pap/pdp-status.ts'

/** Sends what ONAP's PAP sends, as the test says, and reads every PDP_STATUS. */
export interface TestPap {
  /** Everything that a PDP said, the oldest first. */
  readonly statuses: readonly PdpStatus[]
  /** Sends a request with the members every one has, unless it says otherwise; resolves with the answer to it. */
  ask(request: object): Promise<PdpStatus>
  update(members: object): Promise<PdpStatus>
  become(state: 'ACTIVE' | 'PASSIVE'): Promise<PdpStatus>
  /** The first status for which `is` holds, among those after `from`. */
  heard(is: (status: PdpStatus) => boolean, from?: number): Promise<PdpStatus>
  /** What a PAP does with a new PDP: everything, ACTIVE, and an update without content. */
  welcome(policies: readonly object[], heartbeatIntervalMs?: number): Promise<readonly PdpStatus[]>
  close(): Promise<void>
}

// A busy machine takes long to compile a first policy.
const answerWithinMs = 90_000

/** A PAP on a real broker. */
export function openPap(broker: string, topicName: string): Promise<TestPap> {
  return openPapOn(createKafkajsTopic({ url: broker, topic: topicName, logger: silentLogger }))
}

export async function openPapOn(topic: Topic): Promise<TestPap> {
  const statuses: PdpStatus[] = []
  const looking = new Set<() => void>()
  const source = `pap-${randomUUID()}`
  await topic.subscribe((text) => {
    const message = JSON.parse(text) as PdpStatus
    if (message.messageName !== 'PDP_STATUS') return
    statuses.push(message)
    for (const look of looking) look()
  })

  const heard: TestPap['heard'] = (is, from = 0) => {
    const { promise, resolve, reject } = Promise.withResolvers<PdpStatus>()
    const late = new Error(`waited ${answerWithinMs} ms for a PDP_STATUS`)
    const timer = setTimeout(() => reject(late), answerWithinMs)
    const look = (): void => {
      const found = statuses.slice(from).find(is)
      if (found) resolve(found)
    }
    looking.add(look)
    look()
    return promise.finally(() => {
      clearTimeout(timer)
      looking.delete(look)
    })
  }

  const ask: TestPap['ask'] = async (members) => {
    const name = statuses.at(-1)?.name
    const request = {
      source,
      requestId: randomUUID(),
      timestampMs: Date.now(),
      name,
      pdpGroup: 'opaGroup',
      pdpSubgroup: 'opa',
      ...members,
    }
    const from = statuses.length
    await topic.publish(JSON.stringify(request), randomUUID())
    return heard(({ response }) => response?.responseTo === request.requestId, from)
  }

  const pap: TestPap = {
    statuses,
    ask,
    heard,
    update: (members) =>
      ask({
        policiesToBeDeployed: [],
        policiesToBeUndeployed: [],
        ...members,
        messageName: 'PDP_UPDATE',
      }),
    become: (state) => ask({ state, messageName: 'PDP_STATE_CHANGE' }),
    async welcome(policiesToBeDeployed, pdpHeartbeatIntervalMs = 120_000) {
      const first = { pdpHeartbeatIntervalMs, policiesToBeDeployed }
      return [
        // The real one has no member for what is to be undeployed here.
        await ask({ ...first, messageName: 'PDP_UPDATE' }),
        await pap.become('ACTIVE'),
        await pap.update({ pdpHeartbeatIntervalMs }),
      ]
    },
    close: () => topic.close(),
  }
  return pap
}
