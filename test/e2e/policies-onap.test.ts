import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import type { LoneGateway } from '../bench/lone-gateway.ts'
import { startLoneGateway } from '../bench/lone-gateway.ts'
import { startBroker } from '../support/kafka/broker.ts'
import type { Broker } from '../support/kafka/broker.ts'
import { openPap } from '../support/pap.ts'
import type { TestPap } from '../support/pap.ts'
import { oneModule, toscaPolicy } from '../support/tosca.ts'

/** The defects S1 to S12 of the Go PDP: policies and their data. */

const authorization = `Basic ${btoa('policyadmin:secret')}`

let broker: Broker
let directory: string
let pap: TestPap
let gateway: LoneGateway

beforeAll(async () => {
  broker = await startBroker()
  // A dot in the base directory, and what another run may have left there.
  directory = join(await mkdtemp(join(tmpdir(), 'vedette-policies-')), 'data.d')
  await mkdir(join(directory, 'policies/old'), { recursive: true })
  await writeFile(join(directory, 'policies/old/policy.rego'), 'package old\nbroken {')
  const topic = `pap-${randomUUID()}`
  pap = await openPap(broker.url, topic)
  gateway = await startLoneGateway({
    KAFKA_URL: broker.url,
    PAP_TOPIC: topic,
    API_PASSWORD: 'secret',
    VEDETTE_DATA_DIR: directory,
  })
  await Promise.race([pap.heard(() => true), gateway.ended])
  await pap.welcome([])
})
afterEach(async () => {
  const { policies } = await pap.update({})
  await pap.update({ policiesToBeUndeployed: policies })
  expect(await dataAt('node')).toEqual({})
})
afterAll(async () => {
  await Promise.all([gateway?.stop(), pap?.close()])
  await broker?.stop()
  await rm(join(directory, '..'), { recursive: true })
})

type Response = Awaited<ReturnType<TestPap['update']>>

const deploy = (...policies: readonly object[]): Promise<Response> =>
  pap.update({ policiesToBeDeployed: policies })
const undeploy = (name: string, version = '1.0.0'): Promise<Response> =>
  pap.update({ policiesToBeUndeployed: [{ name, version }] })

async function succeeds(answering: Promise<Response>): Promise<void> {
  expect((await answering).response).toMatchObject({ responseStatus: 'SUCCESS' })
}

async function failsWith(answering: Promise<Response>, message: string): Promise<void> {
  const { response } = await answering
  expect(response).toMatchObject({ responseStatus: 'FAILURE' })
  expect(response?.responseMessage).toContain(message)
}

async function call(path: string, init: RequestInit = {}): Promise<string> {
  const answer = await fetch(`${gateway.url}/policy/pdpo/v1/${path}`, {
    ...init,
    headers: { authorization },
  })
  return answer.text()
}

async function decide(policyName: string, input: unknown = {}): Promise<unknown> {
  const body = JSON.stringify({ policyName, policyFilter: [''], input })
  const answer = JSON.parse(await call('decision', { method: 'POST', body }))
  return answer.output ?? answer.errorMessage
}

async function dataAt(path: string): Promise<unknown> {
  const { data, responseCode } = JSON.parse(await call(`data/${path}`))
  return data ?? responseCode
}

const allowing = (name: string): object => oneModule(name, 'default allow := false')

test('S1: a policy can bring neither packages nor data of another that is called like it', async () => {
  const rolex = toscaPolicy({
    name: 'rolex',
    policy: { rolex: 'package rolex\ndefault allow := false\nallow if data.node.rolex.open' },
    data: { 'node.rolex': { open: false } },
  })
  await succeeds(deploy(rolex))
  const rules = { role: 'package role', rolex: 'package rolex\nallow := true' }
  await failsWith(
    deploy(toscaPolicy({ name: 'role', policy: rules })),
    "policy key 'rolex' does not have name 'role' as a prefix, 'Validation emphasizes the condition'",
  )
  const data = { 'node.rolex': { open: true } }
  await failsWith(
    deploy(toscaPolicy({ name: 'role', policy: { role: 'package role' }, data })),
    "data key 'node.rolex' does not have name 'node.role' as a prefix",
  )
  expect(await decide('rolex')).toEqual({ allow: false })
})

test('S2: no policy takes the place of data', async () => {
  const role = toscaPolicy({
    name: 'role',
    policy: { role: 'package role\ndefault allow := false\nallow if data.node.role.open' },
    data: { 'node.role': { open: false } },
  })
  await succeeds(deploy(role))
  for (const name of ['node', 'system']) {
    await failsWith(
      deploy(oneModule(name, 'role := {"open": true}')),
      `data.${name} is reserved for data`,
    )
  }
  expect(await decide('role')).toEqual({ allow: false })
  expect(await decide('node')).toBe('Policy Name node does not exist')
})

test('S3: a policy that others call may leave; what does not need it goes on, and comes and goes', async () => {
  const caller = oneModule('caller', 'double := data.provider.twice(2)')
  const provider = oneModule('provider', 'twice(x) := x * 2')
  await succeeds(deploy(provider, caller, allowing('bystander')))
  expect(await decide('caller')).toEqual({ double: 4 })
  const { response, policies } = await undeploy('provider')
  expect(response).toMatchObject({ responseStatus: 'SUCCESS' })
  expect(policies.map(({ name }) => name)).toEqual(['caller', 'bystander'])
  expect(await decide('bystander')).toEqual({ allow: false })
  expect(await decide('caller')).toContain('undefined')
  await succeeds(deploy(allowing('newcomer')))
  await succeeds(deploy(provider))
  expect(await decide('caller')).toEqual({ double: 4 })
})

test('S4, S8: what is broken blocks nobody, be it sent or left in a directory', async () => {
  const poison = {
    ...oneModule('poison', 'broken {'),
    properties: {
      policy: { poison: btoa('package poison\nbroken {') },
      data: { 'node.poison': '!' },
    },
  }
  await failsWith(deploy(poison), 'poison: illegal base64 data at input byte 0')
  const both = await deploy(poison, allowing('sound'))
  expect(both.response?.responseMessage).not.toContain('sound')
  expect(both.policies).toEqual([{ name: 'sound', version: '1.0.0' }])
  expect(await decide('sound')).toEqual({ allow: false })
})

test('S5: a policy is deployed as a whole or not at all, and no decision sees half of it', async () => {
  const version = (number: number): object =>
    toscaPolicy({
      name: 'whole',
      version: `${number}.0.0`,
      policy: {
        whole: `package whole\nrule := ${number}\ndatum := data.node.whole.number`,
        'whole.other': `package whole.other\nrule := ${number}`,
      },
      data: { 'node.whole': { number } },
    })
  await succeeds(deploy(version(1)))
  let isDone = false
  const changing = (async () => {
    for (const number of [2, 3, 4, 5]) await succeeds(deploy(version(number)))
  })().finally(() => {
    isDone = true
  })
  const seen = new Set<string>()
  while (!isDone) seen.add(JSON.stringify(await decide('whole')))
  await changing
  seen.add(JSON.stringify(await decide('whole')))
  const whole = [1, 2, 3, 4, 5].map((n) => ({ datum: n, other: { rule: n }, rule: n }))
  for (const each of seen) expect(whole).toContainEqual(JSON.parse(each))
  expect(seen.size).toBeGreaterThan(1)
  const half = toscaPolicy({
    name: 'half',
    policy: { half: 'package half\nx := 1', 'half.other': 'package half.other\nx := y' },
    data: { 'node.half': {} },
  })
  await failsWith(deploy(half), 'half.other.rego:2:')
  expect(await dataAt('node/half')).toBe('resource_not_found')
})

test('S6: a new version that fails leaves the one that decides', async () => {
  await succeeds(deploy(oneModule('role', 'version := 1')))
  const { response, policies } = await deploy(oneModule('role', 'version := nothing', '2.0.0'))
  expect(response).toMatchObject({ responseStatus: 'FAILURE' })
  expect(policies).toEqual([{ name: 'role', version: '1.0.0' }])
  await succeeds(deploy(allowing('another')))
  expect(await decide('role')).toEqual({ version: 1 })
})

test('S7: a policy that fails takes nothing away from its neighbours, whatever the dots', async () => {
  const data = (name: string): object => ({ [`node.${name}`]: { of: name } })
  const policy = (name: string, rule: string): object =>
    toscaPolicy({
      name,
      policy: { [name]: `package ${name}\n${rule}` },
      data: data(name) as Record<string, object> as never,
    })
  await succeeds(deploy(policy('a.b.c', 'x := data.node.a.b.c.of')))
  await failsWith(deploy(policy('a.b.d', 'x := y')), 'a.b.d.rego:2:')
  expect(await decide('a.b.c')).toEqual({ x: 'a.b.c' })
  expect(await dataAt('node')).toEqual({ a: { b: { c: { of: 'a.b.c' } } } })
})

test('S10: a package may be declared as OPA reads it', async () => {
  const sources = {
    commented: '# Copyright\n\npackage commented\nx := 1',
    tab: 'package\ttab\nx := 1',
    trailing: 'package trailing # ours\nx := 1',
    'a.my-role': 'package a["my-role"]\nx := 1',
  }
  for (const [name, source] of Object.entries(sources)) {
    await succeeds(deploy(toscaPolicy({ name, policy: { [name]: source } })))
    expect(await decide(name)).toEqual({ x: 1 })
  }
})

test('S11: a policy without a module, or of another type, is told from one that works', async () => {
  await failsWith(deploy(toscaPolicy({ name: 'bare', policy: {} })), "policy 'bare' has no module")
  const type = 'onap.policies.native.Xacml'
  await failsWith(deploy({ ...allowing('xacml'), type }), `policy type '${type}' is not`)
})

test('S12: no policy reaches the network, and none decides for ever', async () => {
  const url = `${gateway.url}/health`
  await failsWith(
    deploy(oneModule('caller', `x := http.send({"method": "get", "url": "${url}"})`)),
    'caller.rego:3:6: ',
  )
  const endless = oneModule(
    'endless',
    'x := count([1 | input.go; some i in numbers.range(1, 100000); some j in numbers.range(i, 100000)])',
  )
  await succeeds(deploy(endless, allowing('bystander')))
  expect(await decide('endless', { go: true })).toBe('the decision takes more than 10000000 steps')
  expect(await decide('bystander')).toEqual({ allow: false })
})

test('data: every digit is kept, on every way in and out; parents go with what they led to', async () => {
  const data = '{"id":445611193265040129,"one":1.0,"e":1e3,"zero":-0}'
  const policy = {
    ...oneModule('a.b.c', ''),
    properties: {
      policy: {
        'a.b.c': btoa('package a.b.c\nsame := input.id == data.node.a.b.c.id\nid := input.id'),
      },
      data: { 'node.a.b.c': btoa(data) },
    },
  }
  await succeeds(deploy(policy, allowing('a.b.d')))
  expect(await call('data/node/a/b/c')).toBe(`{"data":${data}}\n`)
  const body = '{"policyName":"a.b.c","policyFilter":[""],"input":{"id":445611193265040129}}'
  expect(await call('decision', { method: 'POST', body })).toContain(
    '"output":{"id":445611193265040129,"same":true}',
  )
  const patch =
    '{"policyName":"a.b.c","data":[{"op":"replace","path":"/id","value":445611193265040130}]}'
  await call('data/node/a/b/c', { method: 'PATCH', body: patch })
  expect(await call('data/node/a/b/c/id')).toBe('{"data":445611193265040130}\n')
  await succeeds(undeploy('a.b.c'))
  expect(await dataAt('node')).toEqual({})
  expect(await dataAt('system/version')).toEqual({
    build_commit: '',
    build_hostname: '',
    build_timestamp: '',
    version: '1.1.0',
  })
})

test('an update that replaces a version ends with the new one, whatever it says goes', async () => {
  await succeeds(deploy(oneModule('role', 'version := 1')))
  const { response, policies } = await pap.update({
    policiesToBeDeployed: [oneModule('role', 'version := 2', '2.0.0')],
    policiesToBeUndeployed: [{ name: 'role', version: '1.0.0' }],
  })
  expect(response).toMatchObject({ responseStatus: 'SUCCESS' })
  expect(policies).toEqual([{ name: 'role', version: '2.0.0' }])
  expect(await decide('role')).toEqual({ version: 2 })
  await succeeds(undeploy('role', '1.0.0'))
  expect(await decide('role')).toEqual({ version: 2 })
})
