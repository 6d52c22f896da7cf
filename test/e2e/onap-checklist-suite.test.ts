import type { Json } from '@vedette/core/json/json'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { OnapAnswer } from '../support/onap-gateway.ts'
import { openOnapWorld } from '../support/onap-world.ts'
import type { OnapWorld } from '../support/onap-world.ts'
import { toscaPolicy } from '../support/tosca.ts'

// The project's black-box suite and its load plans, step by step, with rules of our own in the place of theirs.

const doors = '/policy/pdpo/v1'

let world: OnapWorld

beforeAll(async () => {
  world = await openOnapWorld()
  const slice = {
    name: 'slice.capacity.check',
    policy: { 'slice.capacity.check': 'package slice.capacity.check\n\nallow := true' },
    data: { 'node.slice.capacity.check': { threshold: 70 } },
  }
  await world.pap.welcome([toscaPolicy(slice)])
})
afterAll(() => world[Symbol.asyncDispose]())

const codeOf = ({ body }: OnapAnswer): unknown => (body as { responseCode?: unknown }).responseCode
const outputOf = ({ body }: OnapAnswer): unknown => (body as { output?: unknown }).output

interface Sample {
  readonly name: string
  readonly version: string
  /** What comes after the package's line. */
  readonly rules: string
  readonly data: Readonly<Record<string, Json>>
  readonly filter: string
  readonly input: object
  readonly output: unknown
}

const zoneB: Sample = {
  name: 'zoneB',
  version: '1.0.6',
  rules: `has_zone_access contains log.user if {
	some log in data.node.zoneB.zone.logs
	log.zone == input.zone
	log.from <= input.time
	input.time <= log.to
}`,
  data: { 'node.zoneB.zone': { logs: [{ user: 'ann', zone: 'B', from: '08:00', to: '17:00' }] } },
  filter: 'has_zone_access',
  input: { zone: 'B', time: '09:30' },
  output: ['ann'],
}

const vehicle: Sample = {
  name: 'vehicle',
  version: '1.0.6',
  rules: 'allow if input.action in data.node.vehicle.actions[input.type]',
  data: { 'node.vehicle': { actions: { car: ['drive'] } } },
  filter: 'allow',
  input: { type: 'car', action: 'drive' },
  output: true,
}

const abac: Sample = {
  name: 'abac',
  version: '1.0.7',
  rules: `viewable := {key: value |
	some key in input.attributes
	value := data.node.abac.sensors[input.id][key]
	input.time < data.node.abac.until
}`,
  data: { 'node.abac': { until: '18:00', sensors: { s1: { room: 'a', degrees: 20 } } } },
  filter: 'viewable',
  input: { id: 's1', attributes: ['room'], time: '12:00' },
  output: { room: 'a' },
}

const policyOf = ({ name, version, rules, data }: Sample): object =>
  toscaPolicy({ name, version, policy: { [name]: `package ${name}\n\n${rules}` }, data })

/** Deployed, read, and asked well, by a wrong name and by a wrong filter. */
async function useSample(sample: Sample): Promise<void> {
  const { name, version, data, filter, input, output } = sample
  expect(await world.deploy(policyOf(sample))).toMatchObject({
    response: { responseStatus: 'SUCCESS' },
    policies: expect.arrayContaining([{ name, version }]),
  })
  for (const [path, document] of Object.entries(data))
    expect((await world.data(`/${path.replaceAll('.', '/')}`)).body).toEqual({ data: document })
  const decided = await world.decide(name, { policyFilter: [filter], input })
  expect(decided.body).toMatchObject({ output: { [filter]: output }, policyVersion: version })
  const unknown = await world.decide(`${name}x`, { policyFilter: [filter], input })
  expect([unknown.status, codeOf(unknown)]).toEqual([400, 'bad_request'])
  const unfiltered = await world.decide(name, { policyFilter: ['wrong'], input })
  expect([unfiltered.status, outputOf(unfiltered)]).toEqual([200, null])
}

async function removeSample({ name, version }: Sample): Promise<void> {
  const { response, policies } = await world.undeploy({ name, version })
  expect(response?.responseStatus).toBe('SUCCESS')
  expect(policies).toEqual([{ name: 'slice.capacity.check', version: '1.0.0' }])
}

describe('Black-box suite', () => {
  test('Healthcheck 200', async () => {
    const { status, body } = await world.gateway.call('GET', `${doors}/healthcheck`)
    expect([status, (body as { healthy: unknown }).healthy]).toEqual([200, true])
  })

  test('GET data before deployment', async () => {
    const build = { build_commit: '', build_hostname: '', build_timestamp: '' }
    expect((await world.data('')).body).toEqual({
      data: {
        node: { slice: { capacity: { check: { threshold: 70 } } } },
        system: { version: { ...build, version: '1.1.0' } },
      },
    })
  })

  test('zoneB 1.0.6', async () => {
    await useSample(zoneB)
    await removeSample(zoneB)
  })

  test('vehicle 1.0.6', async () => {
    await useSample(vehicle)
    const path = '/actions/bus'
    for (const [op, value] of [
      ['add', ['drive']],
      ['replace', ['park']],
      ['remove', undefined],
    ] as const) {
      expect((await world.patch('vehicle', [{ op, path, value }])).status).toBe(204)
      const { body } = await world.data(`/node/vehicle${path}`)
      expect((body as { data?: unknown }).data).toEqual(value)
    }
    await removeSample(vehicle)
    const gone = await world.data('/node/vehicle')
    expect([gone.status, codeOf(gone)]).toEqual([404, 'resource_not_found'])
    expect((await world.patch('vehicle', [{ op: 'add', path, value: [] }])).status).toBe(400)
  })

  test('abac 1.0.7', async () => {
    await useSample(abac)
    await removeSample(abac)
  })

  test('AST', async () => {
    const parse = (code: string): Promise<OnapAnswer> =>
      world.gateway.call('POST', `${doors}/generateast`, { body: { code } })
    expect((await parse('package a\n\nallow { input.method == "GET" }')).status).toBe(200)
    const broken = await parse('package a\n\nallow { input.method "GET" }')
    expect([broken.status, codeOf(broken)]).toEqual([400, 'evaluation_error'])
  })

  test('Metrics', async () => {
    const { text } = await world.gateway.call('GET', '/metrics')
    const valueOf = (name: string): number =>
      Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1])
    for (const [name, count] of [
      ['opa_decision_response_time_seconds', 9],
      ['opa_data_response_time_seconds', 12],
    ] as const) {
      expect([name, valueOf(`${name}_count`)]).toEqual([name, count])
      expect(valueOf(`${name}_sum`) / count).toBeLessThan(1.5)
    }
  })
})

describe('JMeter plans', () => {
  const module = (name: string, rules: string): string => `package ${name}\n\n${rules}`
  const plans = [
    {
      name: 'role',
      policy: {
        role: module('role', 'allow if user_is_admin\n\nuser_is_admin if input.user == "alice"'),
      },
      data: { 'node.role': { users: {} } },
    },
    {
      name: 'collab',
      policy: {
        collab: module('collab', 'import data.collab.conflict\n\nallow if not conflict.found'),
        'collab.action': module(
          'collab.action',
          'allow if input.action in data.node.collab.action',
        ),
        'collab.conflict': module('collab.conflict', 'found if not data.collab.action.allow'),
      },
      data: { 'node.collab.action': ['read'] },
    },
    {
      name: 'conflict',
      policy: { conflict: module('conflict', 'allow if not deny\n\ndeny if input.user == "bob"') },
    },
    {
      // It reads a path that does not exist: the set is empty, and an empty set is true.
      name: 'zone',
      policy: {
        zone: module('zone', 'allow if entries\n\nentries := {e | some e in data.zone_logs}'),
      },
    },
  ]

  test('create+deploy role, collab, conflict, zone', async () => {
    const { response } = await world.deploy(...plans.map(toscaPolicy))
    expect(response?.responseStatus).toBe('SUCCESS')
  })

  test.each([
    ['role', ['allow'], { allow: true }],
    ['role', ['user_is_admin', 'allow'], { user_is_admin: true, allow: true }],
    ['collab', ['action'], { action: { allow: true } }],
    ['conflict', ['allow'], { allow: true }],
    ['zone', ['allow'], { allow: true }],
  ])('decisions %s (filter %j)', async (name, policyFilter, output) => {
    const input = { user: 'alice', action: 'read' }
    expect(outputOf(await world.decide(name, { policyFilter, input }))).toEqual(output)
  })

  test('PATCH add `/cell` under `node/role` -> 204', async () => {
    const answer = await world.patch('role', [{ op: 'add', path: '/cell', value: { id: 1 } }])
    expect(answer.status).toBe(204)
    expect((await world.data('/node/role/cell')).body).toEqual({ data: { id: 1 } })
  })

  test.each([
    ['health', '/healthcheck'],
    ['GET data -> 200', '/data'],
  ])('%s', async (_, path) => {
    expect((await world.gateway.call('GET', doors + path)).status).toBe(200)
  })

  test('undeploy and delete all', async () => {
    const { policies } = await world.undeploy(
      ...plans.map(({ name }) => ({ name, version: '1.0.0' })),
    )
    expect(policies).toHaveLength(1)
    expect((await world.data('/node')).body).toEqual({
      data: { slice: { capacity: { check: { threshold: 70 } } } },
    })
  })
})
