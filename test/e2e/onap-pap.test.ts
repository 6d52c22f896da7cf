import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { createMemoryTopic } from '../../gateway/src/kafka/memory-topic.support.ts'
import { silentLogger } from '../../gateway/src/kafka/topic.support.ts'
import type { Topic } from '../../gateway/src/kafka/topic.ts'
import { eventually } from '../support/eventually.ts'
import { startOnapGateway } from '../support/onap-gateway.ts'
import type { OnapGateway } from '../support/onap-gateway.ts'
import type { Policy } from '../support/simulated-pap/messages.ts'
import { openSimulatedPap } from '../support/simulated-pap/pap.ts'
import type { SimulatedPap } from '../support/simulated-pap/pap.ts'
import { oneModule } from '../support/tosca.ts'

const policy = (name: string, version = '1.0.0', rego = `value := "${version}"`): Policy =>
  oneModule(name, rego, version) as Policy
const broken = (name: string): Policy => policy(name, '1.0.0', 'value := if')

let topic: Topic
let pap: SimulatedPap
let gateway: OnapGateway

beforeEach(async () => {
  topic = createMemoryTopic(silentLogger)
  pap = await openSimulatedPap({ topic, policies: [policy('slice.capacity.check')] })
  gateway = await startOnapGateway({ topic })
  await pap.settled()
})
afterEach(async () => {
  await gateway[Symbol.asyncDispose]()
  expect(pap.complaints).toEqual([])
})

async function valueOf(policyName: string): Promise<unknown> {
  const body = { policyName, policyFilter: ['value'], input: {} }
  const { status, body: answer } = await gateway.call('POST', '/policy/pdpo/v1/decision', { body })
  return status === 200 ? (answer as { output: { value: unknown } }).output.value : status
}

test('registration: everything, ACTIVE, an update without content, and PAP is content', async () => {
  expect(pap.instances.get(gateway.pdpName)).toMatchObject({ state: 'ACTIVE', healthy: 'HEALTHY' })
  expect(pap.requests.map(({ messageName }) => messageName)).toEqual([
    'PDP_UPDATE',
    'PDP_STATE_CHANGE',
    'PDP_UPDATE',
  ])
  expect(await valueOf('slice.capacity.check')).toBe('1.0.0')
})

test('deploys and undeploys, one after the other and faster than they are answered', async () => {
  pap.change({ deploy: [policy('a'), policy('b')] })
  await pap.settled()
  for (const name of ['c', 'd', 'e']) {
    pap.change({ deploy: [policy(name)], undeploy: [policy('a')] })
    pap.change({ undeploy: [policy(name)] })
  }
  pap.change({ deploy: [policy('b', '2.0.0')], undeploy: [policy('b')] })
  await pap.settled()
  expect(await Promise.all(['a', 'b', 'c', 'e'].map(valueOf))).toEqual([400, '2.0.0', 400, 400])
})

test('one policy that fails is taken back, by its name, and the others stay', async () => {
  pap.change({ deploy: [policy('well'), broken('ill'), broken('worse')] })
  await pap.settled()
  expect(pap.rolledBack).toEqual([
    { name: 'ill', version: '1.0.0' },
    { name: 'worse', version: '1.0.0' },
  ])
  const failed = pap.statuses.find(({ response }) => response?.responseStatus === 'FAILURE')
  expect(failed?.response?.responseMessage).toMatch(/File for ill: .*File for worse: /s)
  const rollback = pap.statuses.findLast(({ response }) => response !== null)
  expect(rollback?.response?.responseStatus).toBe('SUCCESS')
  expect(await Promise.all(['well', 'ill'].map(valueOf))).toEqual(['1.0.0', 400])
})

test('a group that is set PASSIVE and ACTIVE again', async () => {
  pap.setGroupState('PASSIVE')
  await pap.settled()
  expect(await valueOf('slice.capacity.check')).toBe(500)
  pap.setGroupState('ACTIVE')
  await pap.settled()
  expect(await valueOf('slice.capacity.check')).toBe('1.0.0')
})

test('a subgroup that is removed: everything is dropped, and it registers again', async () => {
  const from = pap.statuses.length
  pap.removeSubgroup()
  await pap.settled(0)
  const registered = (): object | undefined =>
    pap.statuses.slice(from).find(({ description }) => description.includes('Registration'))
  expect(await eventually('a registration', registered)).toMatchObject({ policies: [] })
  const { body } = await gateway.call('GET', '/opa/listpolicies')
  expect(JSON.stringify(body)).not.toContain('slice')
})

test('an instance that PAP forgot gets everything again', async () => {
  pap.expire(gateway.pdpName)
  await gateway.restart()
  await pap.settled()
})

describe('restarts', () => {
  test('says goodbye, and comes back by its name', async () => {
    const { pdpName } = gateway
    await gateway.restart(() => {
      expect(pap.statuses.at(-1)).toMatchObject({ state: 'TERMINATED', pdpSubgroup: 'opa' })
      expect(pap.instances.size).toBe(0)
    })
    await pap.settled()
    expect([...pap.instances.keys()]).toEqual([pdpName])
  })

  test('a policy undeployed while the gateway was down is gone with the first answer', async () => {
    pap.change({ deploy: [policy('gone'), policy('kept')] })
    await pap.settled()
    const answers = (): readonly object[] => pap.statuses.filter(({ response }) => response)
    let before = 0
    await gateway.restart(() => {
      before = answers().length
      pap.change({ undeploy: [policy('gone')] })
    })
    await pap.settled()
    expect(answers()[before]).toMatchObject({
      policies: [{ name: 'slice.capacity.check' }, { name: 'kept' }],
    })
    expect(await Promise.all(['gone', 'kept'].map(valueOf))).toEqual([400, '1.0.0'])
  })

  test('a PAP that is restarted in the middle finds out by heartbeats', async () => {
    pap.change({ deploy: [policy('a')] })
    pap.restart()
    await gateway.restart()
    await pap.settled()
    expect(await valueOf('a')).toBe('1.0.0')
  })
})

test('a Worker that cannot be reached makes heartbeats NOT_HEALTHY, and takes no policy away', async () => {
  const other = createMemoryTopic(silentLogger)
  const lone = await openSimulatedPap({ topic: other, policies: [policy('a')], heartbeatMs: 100 })
  const environment = {
    VEDETTE_EDGES: 'http://127.0.0.1:9/edge',
    VEDETTE_UNHEALTHY_AFTER_MS: '1',
  }
  await using ailing = await startOnapGateway({ topic: other, environment })
  const heartbeat = await eventually('an ailing heartbeat', () =>
    lone.statuses.find(({ description }) => description.startsWith('Pdp heartbeat: ')),
  )
  expect(heartbeat).toMatchObject({
    healthy: 'NOT_HEALTHY',
    description: expect.stringContaining('http://127.0.0.1:9/edge lags behind'),
    policies: [{ name: 'a', version: '1.0.0' }],
  })
  expect(lone.instances.get(ailing.pdpName)?.healthy).toBe('NOT_HEALTHY')
  expect(lone.complaints).toEqual([])
})
