import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { eventually } from '../support/eventually.ts'
import type { OnapAnswer } from '../support/onap-gateway.ts'
import { openOnapWorld } from '../support/onap-world.ts'
import type { OnapWorld } from '../support/onap-world.ts'
import { oneModule, toscaPolicy } from '../support/tosca.ts'

// The scenarios of OPA-PDP's own tests, by their names: what is asked over HTTP, and the topic of patches.

const doors = '/policy/pdpo/v1'
const rego =
  'package role\n\nallow := input.user == "alice"\n\nname := data.node.role.name\n\nvalue := 1'
const role = toscaPolicy({
  name: 'role',
  policy: { role: rego },
  data: { 'node.role': { name: 'role', users: {} } },
})

const add = { op: 'add', path: '/users/a', value: 1 }

let world: OnapWorld
/** Its patches go by their topic. */
let sharing: OnapWorld

beforeAll(async () => {
  world = await openOnapWorld()
  sharing = await openOnapWorld({ sharesPatches: true })
  for (const { pap } of [world, sharing]) await pap.welcome([role])
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await sharing[Symbol.asyncDispose]()
})

const errorOf = ({ body }: OnapAnswer): unknown => (body as { errorMessage?: unknown }).errorMessage
const codeOf = ({ body }: OnapAnswer): unknown => (body as { responseCode?: unknown }).responseCode
const outputOf = ({ body }: OnapAnswer): unknown => (body as { output?: unknown }).output

describe('Validation helpers', () => {
  /** `members` are fine, or named in the error. */
  async function expectFine(members: object, error?: string): Promise<void> {
    const answer = await world.decide('role', members)
    if (error === undefined) expect(answer.status).toBe(200)
    else expect([answer.status, errorOf(answer)]).toEqual([400, error])
  }

  test.each(['+02:00', '-05:00', '00:00'])(
    'time, offset (`+02:00`,`-05:00`,`00:00` ok; `25:00`,`12:345`, empty bad): %s',
    (timeOffset) => expectFine({ timeOffset }),
  )
  test.each(['25:00', '12:345', ''])(
    'time, offset (`+02:00`,`-05:00`,`00:00` ok; `25:00`,`12:345`, empty bad): %j',
    (timeOffset) => expectFine({ timeOffset }, 'TimeOffset is invalid'),
  )
  test.each([
    ['UTC', undefined],
    ['Europe/Paris', undefined],
    ['Mars/Base', 'TimeZone is invalid'],
  ])('zone %s', (timeZone, error) => expectFine({ timeZone }, error))
  test.each([
    ['2024-11-22', 200],
    ['2024-13-22', 400],
  ])('date %s', async (currentDate, status) => {
    expect((await world.decide('role', { currentDate })).status).toBe(status)
  })
  test.each([
    ['08:26:41.857Z', undefined],
    ['8h', 'CurrentTime is invalid'],
  ])('current time %s', (currentTime, error) => expectFine({ currentTime }, error))
  test.each([
    ['role', undefined],
    [' ', 'PolicyName is required and cannot be empty'],
  ])('strings: %j', (policyName, error) => expectFine({ policyName }, error))

  test.each([
    ['8E6F784E-C9CB-42F6-BCC9-EDB5D0AF1CE1', '8e6f784e-c9cb-42f6-bcc9-edb5d0af1ce1'],
    ['no-uuid', 'Unknown'],
  ])('UUID %s', async (requestId, echoed) => {
    const body = { policyName: 'role', policyFilter: [''], input: {} }
    const answer = await world.gateway.call('POST', `${doors}/decision`, { body, requestId })
    expect(answer.headers.get('x-onap-requestid')).toBe(echoed)
  })

  const properties = { policy: { checked: btoa('package checked\n') } }
  test.each([
    ['name/version mismatch', { version: '2.0.0' }, "policy version '2.0.0' does not match"],
    [
      'data-key prefix',
      { properties: { ...properties, data: { 'node.role': 'e30=' } } },
      'data key',
    ],
    [
      'policy-key prefix',
      { properties: { policy: { role: btoa('package role\n') } } },
      'policy key',
    ],
  ])('%s', async (_, members, sentence) => {
    const policy = { ...oneModule('checked', 'value := 1'), ...members }
    const { response } = await world.deploy(policy)
    expect(response?.responseMessage).toContain(
      'Tosca Policy Validation failed for Policy: checked: ',
    )
    expect(response?.responseMessage).toContain(sentence)
  })
})

describe('Decision', () => {
  test.each([
    ['GET -> 405', 'GET', undefined, 405, 'internal_error'],
    ['invalid JSON -> 400', 'POST', '{', 400, 'bad_request'],
    ['missing policyName', 'POST', { policyFilter: [''] }, 400, 'bad_request'],
    ['missing policyFilter', 'POST', { policyName: 'role' }, 400, 'bad_request'],
    ['unknown policy', 'POST', { policyName: 'x', policyFilter: [''] }, 400, 'bad_request'],
  ])('%s', async (_, method, body, status, code) => {
    const answer = await world.gateway.call(method, `${doors}/decision`, { body })
    expect([answer.status, codeOf(answer)]).toEqual([status, code])
  })

  test('no policies deployed', async () => {
    await using fresh = await openOnapWorld()
    await fresh.pap.welcome([])
    const answer = await fresh.decide('role')
    expect([answer.status, errorOf(answer)]).toEqual([400, 'No policies are deployed.'])
  })

  test('PASSIVE -> 500', async () => {
    await world.pap.become('PASSIVE')
    const answer = await world.decide('role')
    await world.pap.become('ACTIVE')
    expect([answer.status, errorOf(answer)]).toEqual([
      500,
      'System Is In PASSIVE State, error handling request.',
    ])
  })

  test('decision error -> 500 and never an empty 200', async () => {
    await world.deploy(oneModule('conflict', 'value := 1\n\nvalue := 2 if input'))
    const answer = await world.decide('conflict')
    expect([answer.status, codeOf(answer)]).toEqual([500, 'internal_error'])
    expect(errorOf(answer)).toContain('complete rules must not produce multiple outputs')
  })

  test.each([
    ['filters', ['allow'], { allow: true }],
    ['filters', ['none'], null],
    ['string and boolean results', ['allow', 'name'], { allow: true, name: 'role' }],
  ])('%s: %j', async (_, policyFilter, output) => {
    const answer = await world.decide('role', { policyFilter, input: { user: 'alice' } })
    expect([answer.status, outputOf(answer)]).toEqual([200, output])
  })

  test('request id valid/invalid', async () => {
    expect((await world.decide('role')).headers.get('x-onap-requestid')).toBe('Unknown')
  })
})

describe('Patch topic', () => {
  const isThere = (path: string): Promise<true> =>
    eventually(path, async () => (await sharing.data(path)).status === 200 || undefined)

  test('send ok / produce error / marshal error / content', async () => {
    const heard: unknown[] = []
    await sharing.patches.subscribe((text) => void heard.push(JSON.parse(text)))
    expect((await sharing.patch('role', [add])).status).toBe(202)
    expect(heard).toEqual([
      {
        header: { messageName: 'OPA_PDP_DATA_PATCH_SYNC', 'source-id': sharing.gateway.pdpName },
        patchInfos: [{ Path: ['node', 'role', 'users', 'a'], Op: 0, Value: 1 }],
      },
    ])
    await isThere('/node/role/users/a')
  })

  test('receive ok / patch failure / read error / bad JSON / wrong or empty type ignored / fatal error recovery', async () => {
    const tell = (messageName: string, ...Path: readonly string[]): Promise<void> => {
      const header = { messageName, 'source-id': 'opa-other' }
      const patchInfos = [{ Path, Op: 0, Value: 1 }]
      return sharing.patches.publish(JSON.stringify({ header, patchInfos }))
    }
    await sharing.patches.publish('{')
    await tell('OPA_PDP_DATA_PATCH_SYNC', 'node', 'role', 'nobody', 'is', 'here')
    for (const type of ['', 'PDP_UPDATE']) await tell(type, 'node', 'role', 'users', 'ignored')
    await tell('OPA_PDP_DATA_PATCH_SYNC', 'node', 'role', 'users', 'received')
    await isThere('/node/role/users/received')
    expect((await sharing.data('/node/role/users/ignored')).status).toBe(404)
  })
})

describe('Data', () => {
  test.each<[string, readonly object[], object, number]>([
    ['invalid time', [add], { currentTime: '8h' }, 400],
    ['unknown policy', [add], { policyName: 'nobody' }, 400],
    ['empty data', [], {}, 400],
    ['op/path/value missing', [{ path: '/users/a', value: 1 }], {}, 400],
    ['op/path/value missing', [{ op: 'add', value: 1 }], {}, 400],
    ['op/path/value missing', [{ op: 'add', path: '/users/a' }], {}, 400],
    ['unknown op', [{ ...add, op: 'move' }], {}, 400],
    ['zero values accepted', [null, false, 0, ''].map((value) => ({ ...add, value })), {}, 204],
    ['`/` refused', [{ ...add, path: '/' }], {}, 400],
    ['storage not found -> 404', [{ op: 'remove', path: '/users/nobody' }], {}, 404],
  ])('%s: %j', async (_, operations, members, status) => {
    const answer = await world.patch('role', operations, members)
    expect(answer.status).toBe(status)
    if (status === 404) expect(codeOf(answer)).toBe('resource_not_found')
    if (status === 400) expect(codeOf(answer)).toBe('invalid_parameter')
  })

  test('invalid JSON', async () => {
    const answer = await world.gateway.call('PATCH', `${doors}/data/node/role`, { body: '{' })
    expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid_parameter'])
  })

  test('wrong path', async () => {
    const body = { policyName: 'role', data: [add] }
    const answer = await world.gateway.call('PATCH', `${doors}/data/node/other`, { body })
    expect(errorOf(answer)).toBe(
      "Dynamic Data add/replace/remove for policy 'role' expected under url path '[node.role]'",
    )
  })

  test.each([
    ['/node/role/name', 200],
    ['/node/nobody', 404],
    ['', 200],
    ['/', 200],
  ])('GET found/not found/empty path: %j', async (path, status) => {
    expect((await world.data(path)).status).toBe(status)
  })

  test('wrong method', async () => {
    const answer = await world.gateway.call('PUT', `${doors}/data/node/role`, { body: {} })
    expect([answer.status, errorOf(answer)]).toEqual([
      400,
      'PUTMethodNotAllowed - Only PATCH and GET Method Allowed',
    ])
  })

  test('Kafka mode 202 body is valid JSON', async () => {
    expect((await sharing.patch('role', [add])).body).toEqual({
      message:
        'Patch request accepted for processing via kafka. Use the GET data url to fetch the latest data. In case of errors, check logs.',
      uri: '/policy/pdpo/v1/data/',
    })
  })

  test('Kafka failure -> 500 error', async () => {
    await sharing.patches.close()
    const answer = await sharing.patch('role', [add])
    expect([answer.status, codeOf(answer)]).toEqual([500, 'internal_error'])
  })
})

describe('Auth', () => {
  const as = (account: string): object => ({ headers: { authorization: `Basic ${btoa(account)}` } })
  const statusOf = async ({ gateway }: OnapWorld, account: string): Promise<number> =>
    (await gateway.call('GET', `${doors}/healthcheck`, as(account))).status

  test.each([
    ['policyadmin:secret', 200],
    ['policyadmin:wrong', 401],
    ['nobody:secret', 401],
    [':', 401],
  ])('right, wrong, empty: %s', async (account, status) => {
    expect(await statusOf(world, account)).toBe(status)
  })

  test.each([{ API_PASSWORD: '' }, { API_USER: '' }])(
    'empty configured password or user rejects everything: %j',
    async (environment) => {
      await using shut = await openOnapWorld({ environment })
      for (const account of ['policyadmin:', 'policyadmin:secret', ':secret', ':'])
        expect(await statusOf(shut, account)).toBe(401)
    },
  )
})
