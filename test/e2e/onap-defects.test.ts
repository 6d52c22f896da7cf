import { afterEach, beforeEach, expect, test } from 'vitest'

import { createMemoryTopic } from '../../gateway/src/kafka/memory-topic.ts'
import { silentLogger } from '../../gateway/src/kafka/test-support.ts'
import type { Topic } from '../../gateway/src/kafka/topic.ts'
import { startOnapGateway } from '../support/onap-gateway.ts'
import type { OnapAnswer, OnapGateway } from '../support/onap-gateway.ts'
import { openPapOn } from '../support/pap.ts'
import type { TestPap } from '../support/pap.ts'
import { oneModule, toscaPolicy } from '../support/tosca.ts'

// What OPA-PDP does wrong toward a PAP, and the gateway does not; docs/onap.md tells each of them.

let topic: Topic
let pap: TestPap
let gateway: OnapGateway

beforeEach(async () => {
  topic = createMemoryTopic(silentLogger)
  pap = await openPapOn(topic)
  gateway = await startOnapGateway({ topic })
})
afterEach(() => gateway[Symbol.asyncDispose]())

const deploy = (...policiesToBeDeployed: object[]) => pap.update({ policiesToBeDeployed })
const undeploy = (...policiesToBeUndeployed: object[]) => pap.update({ policiesToBeUndeployed })
const v1 = { name: 'role', version: '1.0.0' }
const v2 = { name: 'role', version: '2.0.0' }
const role = ({ name, version }: typeof v1): object =>
  oneModule(name, `value := "${version}"`, version)

async function decide(policyName: string): Promise<unknown> {
  const body = { policyName, policyFilter: ['value'], input: {} }
  const answer = await gateway.call('POST', '/policy/pdpo/v1/decision', { body })
  return answer.status === 200 ? outputOf(answer) : answer.status
}

function outputOf({ body }: OnapAnswer): unknown {
  const { output, policyVersion } = body as { output: { value: unknown }; policyVersion: string }
  return [output.value, policyVersion]
}

const isHeartbeat = ({ description }: { description: string }): boolean =>
  description === 'Pdp heartbeat'

test('P1: the interval of the PAP is the one it beats at, and a later one takes its place', async () => {
  await pap.update({ pdpHeartbeatIntervalMs: 100 })
  await pap.heard(isHeartbeat)
  const [first, second] = [pap.statuses.length, pap.statuses.length + 1]
  await pap.heard(isHeartbeat, first)
  const last = await pap.heard(isHeartbeat, second)
  const before = pap.statuses.findLast((status) => status !== last && isHeartbeat(status))
  expect(Number(last.timestampMs) - Number(before?.timestampMs)).toBeLessThan(60_000)
  await pap.update({ pdpHeartbeatIntervalMs: 120_000 })
  const quiet = pap.statuses.length
  await pap.update({})
  expect(pap.statuses.slice(quiet).filter(isHeartbeat)).toEqual([])
})

test.each([[undefined], [0], [-1], [2 ** 40]])(
  'P2: an update with the interval %s leaves the one before',
  async (pdpHeartbeatIntervalMs) => {
    await pap.update({ pdpHeartbeatIntervalMs: 100 })
    const { response } = await pap.update({ pdpHeartbeatIntervalMs })
    expect(response?.responseStatus).toBe('SUCCESS')
    await pap.heard(isHeartbeat, pap.statuses.length)
  },
)

test('P3: it registers as soon as it hears the topic', async () => {
  expect(await pap.heard(() => true)).toMatchObject({
    description: 'Pdp Status Registration Message',
    pdpSubgroup: null,
  })
})

test('P4: it says that it ends, and comes back under the same name', async () => {
  await deploy()
  const { length: from } = pap.statuses
  await gateway.restart()
  const again = await pap.heard(({ description }) => description.includes('Registration'), from)
  expect(pap.statuses[from]).toMatchObject({
    state: 'TERMINATED',
    name: again.name,
    pdpSubgroup: 'opa',
    response: null,
  })
})

test.each([['FOO'], [''], [undefined]])(
  'P6: the state %s is refused at once, and nothing changes',
  async (state) => {
    await pap.welcome([])
    const answer = await pap.ask({ messageName: 'PDP_STATE_CHANGE', state })
    expect(answer).toMatchObject({ state: 'ACTIVE', response: { responseStatus: 'FAILURE' } })
  },
)

test('P7: taken out of its subgroup, it drops everything and registers again', async () => {
  await pap.welcome([role(v1)])
  const from = pap.statuses.length
  const answer = await pap.update({ pdpGroup: undefined, pdpSubgroup: undefined })
  expect(answer).toMatchObject({ pdpGroup: null, pdpSubgroup: null, policies: [] })
  expect(answer.response?.responseStatus).toBe('SUCCESS')
  await pap.heard(({ description }) => description.includes('Registration'), from)
  expect((await gateway.call('GET', '/opa/listpolicies')).body).toEqual({ policies: [] })
})

test('P8: a new version deployed with the old one undeployed in one message works', async () => {
  await pap.welcome([role(v1)])
  const members = { policiesToBeDeployed: [role(v2)], policiesToBeUndeployed: [v1] }
  expect(await pap.update(members)).toMatchObject({
    policies: [v2],
    response: { responseStatus: 'SUCCESS' },
  })
  expect(await decide('role')).toEqual(['2.0.0', '2.0.0'])
})

test('P9: a new version takes the place of the old one, whose undeployment changes nothing', async () => {
  await pap.welcome([role(v1)])
  expect(await deploy(role(v2))).toMatchObject({ policies: [v2] })
  expect(await decide('role')).toEqual(['2.0.0', '2.0.0'])
  for (let time = 0; time < 2; time++) {
    const { policies, response } = await undeploy(v1)
    expect([policies, response?.responseStatus]).toEqual([[v2], 'SUCCESS'])
  }
  expect(await decide('role')).toEqual(['2.0.0', '2.0.0'])
})

test('P10: one policy twice in one update is deployed and listed once', async () => {
  await pap.welcome([])
  expect(await deploy(role(v1), role(v1))).toMatchObject({ policies: [v1] })
})

test('P11: of two versions to be undeployed, the one that is there goes', async () => {
  await pap.welcome([role(v1)])
  expect(await undeploy(v1, v2)).toMatchObject({
    policies: [],
    response: { responseStatus: 'SUCCESS' },
  })
  expect(await decide('role')).toBe(400)
})

test('P12: what is no longer listed is no longer there, rules and data', async () => {
  await pap.welcome([
    toscaPolicy({
      ...v1,
      policy: { role: 'package role\n\nvalue := 1', 'role.more': 'package role.more\n\nx := 1' },
      data: { 'node.role': { a: 1 } },
    }),
  ])
  expect(await undeploy(v1)).toMatchObject({ policies: [] })
  const { body } = await gateway.call('GET', '/policy/pdpo/v1/data')
  expect(JSON.stringify(body)).not.toContain('role')
})

test('P13, P14: a parent that is itself data of the policy goes with it, and nothing is said twice', async () => {
  const data = { 'node.role': {}, 'node.role.inner': { a: 1 } }
  await pap.welcome([toscaPolicy({ ...v1, policy: { role: 'package role\n\nvalue := 1' }, data })])
  expect((await undeploy(v1)).response).toMatchObject({
    responseStatus: 'SUCCESS',
    responseMessage: 'PDP Update Policies undeployed :,{\n "role": "1.0.0"\n}',
  })
  expect((await gateway.call('GET', '/policy/pdpo/v1/data/node/role')).status).toBe(404)
})

test('P15: group, subgroup and type are what it was told', async () => {
  const answer = await pap.update({ pdpGroup: 'edgeGroup', pdpSubgroup: 'edge' })
  expect(answer).toMatchObject({ pdpGroup: 'edgeGroup', pdpSubgroup: 'edge' })
  const environment = { VEDETTE_PDP_GROUP: 'edgeGroup', VEDETTE_PDP_TYPE: 'opa.edge' }
  await using other = await startOnapGateway({ topic, environment })
  expect(await pap.heard(({ name }) => name === other.pdpName)).toMatchObject({
    pdpGroup: 'edgeGroup',
    pdpType: 'opa.edge',
  })
})

test('P16: the same version with other content is taken at its word', async () => {
  await pap.welcome([role(v1)])
  const drifted = oneModule('role', 'value := "drifted"', '1.0.0')
  expect((await deploy(drifted)).response).toMatchObject({
    responseStatus: 'SUCCESS',
    responseMessage: 'PDP Update Successful for all policies: {\n "role": "1.0.0"\n}',
  })
  expect(await decide('role')).toEqual(['drifted', '1.0.0'])
})
