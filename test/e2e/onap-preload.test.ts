import { expect, test, vi } from 'vitest'

import { createMemoryTopic } from '../../gateway/src/kafka/memory-topic.support.ts'
import { silentLogger } from '../../gateway/src/kafka/topic.support.ts'
import { createLocalPap } from '../../gateway/src/local-pap/local-pap.ts'
import { testDirectory } from '../../gateway/src/local-pap/test-directory.support.ts'
import { startOnapGateway } from '../support/onap-gateway.ts'
import type { OnapGateway } from '../support/onap-gateway.ts'
import type { Policy } from '../support/simulated-pap/messages.ts'
import { openSimulatedPap } from '../support/simulated-pap/pap.ts'
import { oneModule } from '../support/tosca.ts'
import { soon } from '../support/world.ts'

const action = {
  'action/action.rego': `package action

allow if {
	some user in data.node.action.users
	input.user == user
}

allow := false if input.user == "charlie"

both := 1 if input.user == "bob"
both := 2 if input.user == "bob"
`,
  'action/data.json': '{"users":["alice"]}',
}

/** The request of the first API's documentation, as it was printed. */
const seed = (user: string, rule = 'allow'): string =>
  `{"onapName":"CDS","onapComponent":"CDS","onapInstance":"CDS", "currentDate": "2024-11-22", "currentTime": "2024-11-22T11:34:56Z", "timeZone": "UTC", "timeOffset": "+05:30", "currentDateTime": "2024-11-22T12:08:00Z","policyName":"action/${rule}","input":{"user":"${user}","action":"delete","type":"server"}}`

async function verdict(gateway: OnapGateway, body = seed('alice')): Promise<unknown> {
  const answer = await gateway.call('POST', '/policy/pdpx/v1/decision', { body })
  return (answer.body as { readonly decision?: string }).decision ?? answer.status
}

test('Phase 1: what is preloaded decides, and no message names it', async () => {
  const topic = createMemoryTopic(silentLogger)
  const told: string[] = []
  await topic.subscribe((text) => void told.push(text))
  const pap = createLocalPap({ topic, report: () => undefined })
  await pap.start()
  const environment = { VEDETTE_PRELOAD_DIR: await testDirectory(action), VEDETTE_PHASE1: 'true' }
  await using gateway = await startOnapGateway({ topic, environment })
  await vi.waitFor(async () => expect(await verdict(gateway)).toBe('PERMIT'), soon)
  expect(await verdict(gateway, seed('charlie'))).toBe('DENY')
  expect(await verdict(gateway, seed('bob'))).toBe('INDETERMINATE')
  expect(await verdict(gateway, seed('bob', 'both'))).toBe('INDETERMINATE')
  const { body } = await gateway.call('GET', '/policy/pdpx/v1/statistics')
  expect(body).toMatchObject({
    permitDecisionsCount: expect.any(Number),
    denyDecisionsCount: 1,
    indeterminantDecisionsCount: 2,
    totalPoliciesCount: 1,
  })
  const statuses = told.filter((text) => text.includes('"PDP_STATUS"'))
  expect(statuses.length).toBeGreaterThanOrEqual(3)
  for (const text of statuses) expect(JSON.parse(text)).toHaveProperty('policies', null)
})

test('a PAP deploys, undeploys everything and takes its subgroup away: what is preloaded stays', async () => {
  const topic = createMemoryTopic(silentLogger)
  const pap = await openSimulatedPap({
    topic,
    policies: [oneModule('role', 'ok := true') as Policy],
  })
  const environment = { VEDETTE_PRELOAD_DIR: await testDirectory(action) }
  await using gateway = await startOnapGateway({ topic, environment })
  await pap.settled()
  expect(await verdict(gateway)).toBe('PERMIT')
  pap.change({ deploy: [oneModule('action', 'allow := false', '2.0.0') as Policy] })
  await pap.settled()
  expect(pap.rolledBack).toEqual([{ name: 'action', version: '2.0.0' }])
  const refused = pap.statuses.find(({ response }) => response?.responseStatus === 'FAILURE')
  expect(refused?.response?.responseMessage).toContain('Policy-id: action is preloaded by this PDP')
  pap.change({ undeploy: [oneModule('role', '') as Policy] })
  await pap.settled()
  await gateway.restart()
  await pap.settled()
  expect(await verdict(gateway)).toBe('PERMIT')
  const { body } = await gateway.call('GET', '/opa/listpolicies')
  expect(body).toEqual({ policies: [{ name: 'action', version: '1.0.0' }] })
  pap.removeSubgroup()
  await pap.settled(0)
  expect(pap.statuses.flatMap(({ policies }) => policies)).not.toContainEqual(
    expect.objectContaining({ name: 'action' }),
  )
  expect((await gateway.call('GET', '/opa/listpolicies')).body).toEqual(body)
  expect(pap.complaints).toEqual([])
})

test('without a PAP it is preloaded policies that decide, from the first request on', async () => {
  const environment = { VEDETTE_PRELOAD_DIR: await testDirectory(action) }
  await using gateway = await startOnapGateway({ environment })
  expect(await verdict(gateway)).toBe('PERMIT')
  const request = { policyName: 'action', policyFilter: ['allow'], input: { user: 'alice' } }
  const { body } = await gateway.call('POST', '/policy/pdpo/v1/decision', { body: request })
  expect(body).toEqual({ output: { allow: true }, policyName: 'action', policyVersion: '1.0.0' })
  expect((await gateway.call('GET', '/policy/pdpo/v1/readiness', { headers: {} })).text).toBe(
    'Ready',
  )
})

test('R14: from the moment it listens it has a document, and says that it is not ready', async () => {
  await using gateway = await startOnapGateway({})
  const data = await gateway.call('GET', '/policy/pdpo/v1/data')
  expect([data.status, data.body]).toEqual([
    200,
    { data: { node: {}, system: { version: expect.objectContaining({ version: '1.1.0' }) } } },
  ])
  const readiness = await gateway.call('GET', '/policy/pdpo/v1/readiness', { headers: {} })
  expect([readiness.status, readiness.text]).toEqual([503, 'Not Ready'])
  expect((await gateway.call('GET', '/policy/pdpo/v1/healthcheck')).body).toMatchObject({
    healthy: true,
  })
})
