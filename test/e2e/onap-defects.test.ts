import { afterEach, beforeEach, expect, test } from 'vitest'

import { openOnapWorld } from '../support/onap-world.ts'
import type { OnapWorld } from '../support/onap-world.ts'
import type { TestPap } from '../support/pap.ts'
import { oneModule, toscaPolicy } from '../support/tosca.ts'

// What OPA-PDP does wrong toward a PAP, and the gateway does not; docs/onap.md tells each of them.

let world: OnapWorld
let pap: TestPap

beforeEach(async () => {
  world = await openOnapWorld()
  ;({ pap } = world)
})
afterEach(() => world[Symbol.asyncDispose]())

const v1 = { name: 'role', version: '1.0.0' }
const v2 = { name: 'role', version: '2.0.0' }
const role = ({ name, version }: typeof v1): object =>
  oneModule(name, `value := "${version}"`, version)

/** The value and the version that are decided with, or the status of the refusal. */
async function decide(policyName: string): Promise<unknown> {
  const { status, body } = await world.decide(policyName)
  if (status !== 200) return status
  const { output, policyVersion } = body as { output: { value: unknown }; policyVersion: string }
  return [output.value, policyVersion]
}

const isHeartbeat = ({ description }: { description: string }): boolean =>
  description === 'Pdp heartbeat'

test('P1: the interval of the PAP is the one it beats at, and a later one takes its place', async () => {
  for (const pdpHeartbeatIntervalMs of [100, 150]) {
    await pap.update({ pdpHeartbeatIntervalMs })
    for (let beat = 0; beat < 3; beat++) await pap.heard(isHeartbeat, pap.statuses.length)
  }
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
  await world.deploy()
  const { length: from } = pap.statuses
  await world.gateway.restart()
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
  expect((await world.gateway.call('GET', '/opa/listpolicies')).body).toEqual({ policies: [] })
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
  expect(await world.deploy(role(v2))).toMatchObject({ policies: [v2] })
  expect(await decide('role')).toEqual(['2.0.0', '2.0.0'])
  for (let time = 0; time < 2; time++) {
    const { policies, response } = await world.undeploy(v1)
    expect([policies, response?.responseStatus]).toEqual([[v2], 'SUCCESS'])
  }
  expect(await decide('role')).toEqual(['2.0.0', '2.0.0'])
})

test('P10: one policy twice in one update is deployed and listed once', async () => {
  await pap.welcome([])
  expect(await world.deploy(role(v1), role(v1))).toMatchObject({ policies: [v1] })
})

test('P11: of two versions to be undeployed, the one that is there goes', async () => {
  await pap.welcome([role(v1)])
  expect(await world.undeploy(v1, v2)).toMatchObject({
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
  expect(await world.undeploy(v1)).toMatchObject({ policies: [] })
  const { body } = await world.data('')
  expect(JSON.stringify(body)).not.toContain('role')
})

test('P13, P14: a parent that is itself data of the policy goes with it, and nothing is said twice', async () => {
  const data = { 'node.role': {}, 'node.role.inner': { a: 1 } }
  await pap.welcome([toscaPolicy({ ...v1, policy: { role: 'package role\n\nvalue := 1' }, data })])
  expect((await world.undeploy(v1)).response).toMatchObject({
    responseStatus: 'SUCCESS',
    responseMessage: 'PDP Update Policies undeployed :,{\n "role": "1.0.0"\n}',
  })
  expect((await world.data('/node/role')).status).toBe(404)
})

test('P15: group, subgroup and type are what it was told', async () => {
  const answer = await pap.update({ pdpGroup: 'edgeGroup', pdpSubgroup: 'edge' })
  expect(answer).toMatchObject({ pdpGroup: 'edgeGroup', pdpSubgroup: 'edge' })
  const environment = { VEDETTE_PDP_GROUP: 'edgeGroup', VEDETTE_PDP_TYPE: 'opa.edge' }
  await using other = await openOnapWorld({ environment })
  expect(other.pap.statuses[0]).toMatchObject({
    pdpGroup: 'edgeGroup',
    pdpType: 'opa.edge',
  })
})

test('P16: the same version with other content is taken at its word', async () => {
  await pap.welcome([role(v1)])
  const drifted = oneModule('role', 'value := "drifted"', '1.0.0')
  expect((await world.deploy(drifted)).response).toMatchObject({
    responseStatus: 'SUCCESS',
    responseMessage: 'PDP Update Successful for all policies: {\n "role": "1.0.0"\n}',
  })
  expect(await decide('role')).toEqual(['drifted', '1.0.0'])
})
