import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { PdpStatus } from '../../gateway/src/pap/pdp-status.ts'
import { openOnapWorld } from '../support/onap-world.ts'
import type { OnapWorld } from '../support/onap-world.ts'
import { oneModule, toscaPolicy } from '../support/tosca.ts'

// The scenarios of OPA-PDP's own tests, by their names: what is said on the PAP's topic.

let world: OnapWorld

beforeAll(async () => {
  world = await openOnapWorld()
  await world.pap.welcome([])
})
afterAll(() => world[Symbol.asyncDispose]())

const policy = (name: string, rego = 'value := 1'): object => oneModule(name, rego)
const id = (name: string, version = '1.0.0'): object => ({ name, version })

function outcomeOf({ response }: PdpStatus): readonly (string | undefined)[] {
  return [response?.responseStatus, response?.responseMessage]
}

/** Whether the gateway answers a request of this envelope; what comes after it is answered in any case. */
async function isAnswered(envelope: object): Promise<boolean> {
  const requestId = crypto.randomUUID()
  const from = world.pap.statuses.length
  const request = { messageName: 'PDP_STATE_CHANGE', state: 'ACTIVE', ...envelope, requestId }
  await world.topic.publish(JSON.stringify(request))
  await world.pap.become('ACTIVE')
  return world.pap.statuses.slice(from).some(({ response }) => response?.responseTo === requestId)
}

describe('Message filter', () => {
  const group = { pdpGroup: 'opaGroup', pdpSubgroup: 'opa' }

  test.each([
    ["other PDP's name -> ignore", { name: 'opa-other', ...group }, false],
    ['group and subgroup match -> accept', group, true],
    ['group empty -> ignore', { pdpGroup: '', pdpSubgroup: 'opa' }, false],
    ['wrong subgroup -> ignore', { ...group, pdpSubgroup: 'xacml' }, false],
    ['wrong group -> ignore', { ...group, pdpGroup: 'defaultGroup' }, false],
    ['group broadcast with empty subgroup -> accept', { pdpGroup: 'opaGroup' }, true],
  ])('%s', async (_, envelope, expected) => {
    expect(await isAnswered(envelope)).toBe(expected)
  })

  test('no name and not assigned -> ignore', async () => {
    await using fresh = await openOnapWorld()
    await fresh.topic.publish(
      JSON.stringify({ messageName: 'PDP_STATE_CHANGE', state: 'ACTIVE', ...group }),
    )
    await fresh.pap.become('ACTIVE')
    expect(fresh.pap.statuses.filter(({ response }) => response)).toHaveLength(1)
  })
})

describe('Dispatch', () => {
  test('PDP_UPDATE, PDP_STATE_CHANGE handled', async () => {
    expect(outcomeOf(await world.pap.update({}))[0]).toBe('SUCCESS')
    expect(outcomeOf(await world.pap.become('ACTIVE'))[0]).toBe('SUCCESS')
  })

  test('handler errors survive', async () => {
    const failed = await world.pap.update({ policiesToBeDeployed: 'none' })
    expect(outcomeOf(failed)[0]).toBe('FAILURE')
    expect(outcomeOf(await world.pap.update({}))[0]).toBe('SUCCESS')
  })

  test.each([
    ['PDP_STATUS discarded', 'PDP_STATUS'],
    ['unknown type', 'PDP_TOPIC_CHECK'],
  ])('%s', async (_, messageName) => {
    const { name } = (await world.pap.update({})) as { name: string }
    expect(await isAnswered({ messageName, name })).toBe(false)
  })

  test('invalid JSON', async () => {
    await world.topic.publish('{"messageName":')
    expect(outcomeOf(await world.pap.update({}))[0]).toBe('SUCCESS')
  })
})

describe('PDP_UPDATE', () => {
  test('misspelt member', async () => {
    const members = { policiesToBeDeployed: undefined, policiesTobeDeployd: [] }
    expect(outcomeOf(await world.pap.update(members))).toEqual([
      'FAILURE',
      "PDP Update Failed: Key: 'PdpUpdate.PoliciesToBeDeployed' Error:Field validation for 'PoliciesToBeDeployed' failed on the 'required' tag",
    ])
  })

  test.each([
    ['broken JSON', '{"messageName":"PDP_UPDATE",'],
    ['non-object JSON', '["PDP_UPDATE"]'],
  ])('%s', async (_, text) => {
    const from = world.pap.statuses.length
    await world.topic.publish(text)
    await world.pap.update({})
    expect(world.pap.statuses.slice(from)).toHaveLength(1)
  })

  test('missing subgroup', async () => {
    const [status, message] = outcomeOf(await world.pap.update({ pdpSubgroup: undefined }))
    expect(status).toBe('FAILURE')
    expect(message).toContain("'PdpSubgroup' failed on the 'required' tag")
  })

  test('missing policiesToBeDeployed (error)', async () => {
    const [status, message] = outcomeOf(await world.pap.update({ policiesToBeDeployed: null }))
    expect(status).toBe('FAILURE')
    expect(message).toContain("'PoliciesToBeDeployed' failed on the 'required' tag")
  })

  test('successful deployment', async () => {
    expect(outcomeOf(await world.deploy(policy('successful')))).toEqual([
      'SUCCESS',
      'PDP Update Successful for all policies: {\n "successful": "1.0.0"\n}',
    ])
  })

  test('already deployed skipped', async () => {
    await world.deploy(policy('skipped'))
    const again = await world.deploy(policy('skipped'))
    expect(outcomeOf(again)).toEqual(['SUCCESS', 'PDP Update Successful for all policies: {}'])
    expect(again.policies.filter(({ name }) => name === 'skipped')).toHaveLength(1)
  })

  test('deploy + undeploy together', async () => {
    await world.deploy(policy('leaving'))
    const answer = await world.pap.update({
      policiesToBeDeployed: [policy('coming')],
      policiesToBeUndeployed: [id('leaving')],
    })
    const names = answer.policies.map(({ name }) => name)
    expect([names.includes('coming'), names.includes('leaving')]).toEqual([true, false])
  })

  test('final message `dep,undep` joined with comma', async () => {
    await world.deploy(policy('former'))
    const answer = await world.pap.update({
      policiesToBeDeployed: [policy('latter')],
      policiesToBeUndeployed: [id('former')],
    })
    expect(outcomeOf(answer)[1]).toBe(
      'PDP Update Successful for all policies: {\n "latter": "1.0.0"\n},{\n "former": "1.0.0"\n}',
    )
  })

  test('undeploy success', async () => {
    await world.deploy(policy('undeployed'))
    expect(outcomeOf(await world.undeploy(id('undeployed')))).toEqual([
      'SUCCESS',
      'PDP Update Policies undeployed :,{\n "undeployed": "1.0.0"\n}',
    ])
  })

  test('registration (both lists empty)', async () => {
    await using fresh = await openOnapWorld()
    const answer = await fresh.pap.update({})
    expect(outcomeOf(answer)).toEqual(['SUCCESS', 'PDP UPDATE is successfull'])
    expect(answer).toMatchObject({ state: 'PASSIVE', policies: [], pdpSubgroup: 'opa' })
  })

  test('failure text `PDP Update Failed: [mock fail]`', async () => {
    const [status, message] = outcomeOf(await world.deploy(policy('mock', 'fail')))
    expect(status).toBe('FAILURE')
    expect(message).toMatch(
      /^PDP Update Failed: \[\{Deployment Errors:failed to build Rego File for mock: .*\}\]$/s,
    )
  })

  test('success text `PDP Update Successful for all policies: p1,p2`', async () => {
    expect(outcomeOf(await world.deploy(policy('p2'), policy('p1')))[1]).toBe(
      'PDP Update Successful for all policies: {\n "p1": "1.0.0",\n "p2": "1.0.0"\n}',
    )
  })
})

describe('State change', () => {
  test.each(['ACTIVE', 'PASSIVE', 'SAFE', 'TEST'])('%s', async (state) => {
    await world.deploy(policy('stateful'))
    const answer = await world.pap.ask({ messageName: 'PDP_STATE_CHANGE', state })
    expect(answer).toMatchObject({ state, policies: [] })
    expect(outcomeOf(answer)).toEqual(['SUCCESS', 'PDP State Changed From PASSIVE TO Active'])
    expect((await world.decide('stateful')).status).toBe(state === 'ACTIVE' ? 200 : 500)
    await world.pap.become('ACTIVE')
  })

  test.each([
    ['unknown state -> error, state unchanged', { state: 'UNKNOWN' }],
    ['`{}` -> state unchanged, answered', {}],
  ])('%s', async (_, members) => {
    const answer = await world.pap.ask({ messageName: 'PDP_STATE_CHANGE', ...members })
    expect([answer.state, outcomeOf(answer)[0]]).toEqual(['ACTIVE', 'FAILURE'])
  })

  test('invalid JSON', async () => {
    await world.topic.publish('{"messageName":"PDP_STATE_CHANGE","state":"PASSIVE"')
    expect(await world.pap.update({})).toMatchObject({ state: 'ACTIVE' })
  })
})

describe('Deploy', () => {
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  /** A policy of any properties. */
  const raw = (name: string, properties: object, more: object = {}): object => ({
    ...toscaPolicy({ name, policy: {} }),
    properties,
    ...more,
  })
  const errorOf = async (deployed: object): Promise<string | undefined> => {
    const [status, message] = outcomeOf(await world.deploy(deployed))
    return status === 'SUCCESS' ? undefined : message
  }

  test.each([
    ['package present\n', 'present', undefined],
    ['', 'empty', /package declaration not found in policy content for key 'empty'/],
    ['x := 1', 'missing', /package declaration not found in policy content for key 'missing'/],
    ['package other', 'odd', /package name mismatch for key 'odd': expected 'odd' but got 'other'/],
  ])('package name present / empty / missing / mismatching: %j', async (rego, name, expected) => {
    const error = await errorOf(raw(name, { policy: { [name]: base64(rego) } }))
    expect(error ?? '').toMatch(expected ?? /^$/)
  })

  const module = base64('package coded\n')
  test.each([
    [{ policy: { coded: module } }, undefined],
    [{ policy: { coded: '' } }, /package declaration not found/],
    [{ policy: { coded: 'a b' } }, /coded: illegal base64 data at input byte 1/],
    [{ policy: { coded: module, 'coded.b': base64('package coded.b\n') } }, undefined],
    [{ policy: { coded: module }, data: { 'node.coded': '' } }, /node\.coded: /],
    [{ policy: { coded: module }, data: { 'node.coded': '-' } }, /coded: illegal base64 data/],
    [{ policy: { coded: module }, data: { 'node.coded.a': 'MQ==', 'node.coded.b': 'Mg==' } }],
  ])(
    'base64 valid / empty / invalid / multiple for policies and data: %j',
    async (properties: object, expected?: RegExp) => {
      expect((await errorOf(raw('coded', properties))) ?? '').toMatch(expected ?? /^$/)
      await world.undeploy(id('coded'))
    },
  )

  test('parent check (new, non-conflicting, empty name, map entry without policy-id, corrupt map)', async () => {
    expect(await errorOf(policy('org.onap.cell'))).toBeUndefined()
    expect(await errorOf(policy('org.onap.zone'))).toBeUndefined()
    expect(await errorOf(raw('', { policy: {} }))).toContain('policy Name cannot be Empty')
  })

  test('parent failure', async () => {
    await world.deploy(policy('tree.branch'))
    expect(await errorOf(policy('tree'))).toContain(
      'tree, policy Validation Failed : Policy-id: tree is parent  of deployed policy, overrides existing policy: tree.branch',
    )
    expect(await errorOf(policy('tree.branch.leaf'))).toContain(
      'tree.branch.leaf, policy Validation Failed:  Policy-id: tree.branch.leaf is child  of deployed policy , can overwrite existing policy: tree.branch',
    )
  })

  test('bundle failure', async () => {
    expect(await errorOf(policy('unsafe', 'value := x'))).toContain(
      'failed to build Rego File for unsafe: ',
    )
  })

  test('data upsert failure (`failed to Write Data`)', async () => {
    const data = { 'node.upsert': base64('[1]'), 'node.upsert.inner': base64('{}') }
    const properties = { policy: { upsert: base64('package upsert\n') }, data }
    expect(await errorOf(raw('upsert', properties))).toContain('failed to Write Data: upsert: ')
  })

  test('TOSCA validation failure', async () => {
    const metadata = { 'policy-id': 'another', 'policy-version': '1.0.0' }
    const properties = { policy: { validated: base64('package validated\n') } }
    expect(await errorOf(raw('validated', properties, { metadata }))).toContain(
      "Tosca Policy Validation failed for Policy: validated: policy name 'validated' does not match metadata policy-id 'another', 'Validation emphasizes the condition'",
    )
  })
})

describe('Undeploy', () => {
  const withData = (name: string, ...paths: readonly string[]): object =>
    toscaPolicy({
      name,
      policy: { [name]: `package ${name}\n\nvalue := 1` },
      data: Object.fromEntries(paths.map((path) => [path, { x: 1 }])),
    })

  test.each([['extraction'], ['lookup hit/miss'], ['unknown policy ignored']])('%s', async () => {
    await world.deploy(policy('looked.up'))
    const answer = await world.undeploy(id('looked.up'), id('looked.up', '2.0.0'), id('nobody'))
    expect(outcomeOf(answer)).toEqual([
      'SUCCESS',
      'PDP Update Policies undeployed :,{\n "looked.up": "1.0.0"\n}',
    ])
  })

  test('missing data array', async () => {
    await world.deploy(policy('dataless'))
    expect(outcomeOf(await world.undeploy(id('dataless')))[0]).toBe('SUCCESS')
  })

  test.each([
    ['child counting', ['node.count.a', 'node.count.b'], '/node/count'],
    [
      'ancestor pruning (several children, single child, bad JSON, unknown path, root)',
      ['node.count.a.b'],
      '/node/count',
    ],
  ])('%s', async (_, paths, gone) => {
    await world.deploy(withData('count', ...paths))
    expect((await world.data(gone)).status).toBe(200)
    await world.undeploy(id('count'))
    expect((await world.data(gone)).status).toBe(404)
    expect((await world.data('/node')).status).toBe(200)
  })
})

describe('Status sender', () => {
  const listed = async (name: string, rego?: string): Promise<readonly unknown[]> => {
    const { response, policies } = await world.deploy(policy(name, rego))
    return [response?.responseStatus, policies.some((each) => each.name === name)]
  }

  test('success and error responses with none/some policies', async () => {
    expect(await listed('sender')).toEqual(['SUCCESS', true])
    expect(await listed('unsent', 'fail')).toEqual(['FAILURE', false])
    const { policies } = await world.pap.update({})
    expect(await world.undeploy(...policies)).toMatchObject({ policies: [] })
    expect(await listed('unsent', 'fail')).toEqual(['FAILURE', false])
  })

  test('state-change response', async () => {
    await world.deploy(policy('sender'))
    expect(await world.pap.become('ACTIVE')).toMatchObject({
      description: 'Pdp Status Response Message to Pdp State Change',
      policies: [],
      pdpSubgroup: 'opa',
    })
  })
})
