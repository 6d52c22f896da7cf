import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'

import { createKafkajsTopic } from '../../gateway/src/kafka/kafkajs-topic.ts'
import { silentLogger } from '../../gateway/src/kafka/topic.support.ts'
import type { Topic } from '../../gateway/src/kafka/topic.ts'
import { forkChild } from '../../gateway/src/start/children.ts'
import type { Child } from '../../gateway/src/start/children.ts'
import { eventually } from '../support/eventually.ts'
import { startBroker } from '../support/kafka/broker.ts'
import type { Broker } from '../support/kafka/broker.ts'
import type { Policy, Status } from '../support/simulated-pap/messages.ts'
import { openSimulatedPap } from '../support/simulated-pap/pap.ts'
import type { SimulatedPap } from '../support/simulated-pap/pap.ts'
import { oneModule } from '../support/tosca.ts'

/** Gateways as processes, a real broker, and a PAP that keeps the rules of the real one. */
const policy = (name: string, rego = 'value := 1'): Policy => oneModule(name, rego) as Policy

let broker: Broker
let topic: Topic
let topicName: string
let pap: SimulatedPap
let dataDir: string
let gateways: Child[]

beforeAll(async () => {
  broker = await startBroker()
})
afterAll(() => broker?.stop())

beforeEach(async () => {
  gateways = []
  topicName = `policy-pdp-pap-${randomUUID()}`
  dataDir = await mkdtemp(join(tmpdir(), 'vedette-onap-'))
  topic = createKafkajsTopic({ url: broker.url, topic: topicName, logger: silentLogger })
  pap = await openSimulatedPap({ topic, policies: [policy('slice.capacity.check')] })
})
afterEach(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()))
  await topic.close()
  await rm(dataDir, { recursive: true })
  expect(pap.complaints).toEqual([])
})

function startGateway(name: string, environment: NodeJS.ProcessEnv = {}): Child {
  const gateway = forkChild(name, {
    module: new URL('../../gateway/src/main.ts', import.meta.url),
    env: {
      ...process.env,
      KAFKA_URL: broker.url,
      PAP_TOPIC: topicName,
      VEDETTE_PORT: '0',
      VEDETTE_DATA_DIR: join(dataDir, name),
      VEDETTE_PDP_NAME: name,
      LOG_LEVEL: 'error',
      ...environment,
    },
    say: () => undefined,
  })
  gateways.push(gateway)
  return gateway
}

function heard(is: (status: Status) => boolean, from: number): Promise<Status> {
  return eventually('a PDP_STATUS', () => pap.statuses.slice(from).find(is), 90_000)
}

/** The answer to a request that the test puts on the topic itself. */
async function ask(request: { readonly requestId: string }, from = 0): Promise<Status> {
  await topic.publish(JSON.stringify(request))
  const isAnswer = ({ response }: Status): boolean => response?.responseTo === request.requestId
  return heard(isAnswer, from)
}

test('two gateways of one group: both deploy, and what one cannot deploy goes from both', async () => {
  startGateway('opa-1')
  startGateway('opa-2')
  await pap.settled(2)
  pap.change({ deploy: [policy('well'), policy('ill', 'value := if')] })
  await pap.settled(2)
  expect(pap.rolledBack.map(({ name }) => name)).toContain('ill')
  for (const { policies } of pap.instances.values())
    expect(policies.map(({ name }) => name)).toEqual(['slice.capacity.check', 'well'])
})

test('SIGTERM: says TERMINATED before it ends, and PAP forgets it', async () => {
  const gateway = startGateway('opa-1')
  await pap.settled()
  await gateway.stop()
  await eventually('the goodbye', () => pap.instances.size === 0 || undefined)
  expect(pap.statuses.at(-1)).toMatchObject({ state: 'TERMINATED', name: 'opa-1' })
})

test('SIGKILL: a request that was answered is answered the same by the next life, and done once', async () => {
  const gateway = startGateway('opa-1')
  await pap.settled()
  const request = {
    messageName: 'PDP_UPDATE',
    requestId: randomUUID(),
    source: 'pap',
    name: 'opa-1',
    pdpGroup: 'opaGroup',
    pdpSubgroup: 'opa',
    timestampMs: Date.now(),
    policiesToBeDeployed: [policy('late')],
  }
  const first = await ask(request)
  await gateway.kill()
  const from = pap.statuses.length
  startGateway('opa-1')
  const isRegistered = ({ description }: Status): boolean => description.includes('Registration')
  await heard(isRegistered, from)
  const second = await ask(request, from)
  const ofTheMoment = { requestId: second.requestId, timestampMs: second.timestampMs }
  expect(second).toEqual({ ...first, ...ofTheMoment, policies: second.policies })
  await pap.settled()
})

test('what its group missed is not taken for the answer to its registration', async () => {
  const environment = { GROUPID: randomUUID() }
  const gateway = startGateway('opa-1', environment)
  await pap.settled()
  await gateway.kill()
  pap.change({ deploy: [policy('missed')] })
  const from = pap.statuses.length
  startGateway('opa-1', environment)
  await pap.settled()
  // Not for a moment was the rest gone.
  const answers = pap.statuses.slice(from).filter(({ response }) => response?.responseTo)
  for (const { description, policies } of answers)
    if (description.includes('Update')) expect(policies).toHaveLength(2)
})
