import { createHash, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'

import type { Json } from '@vedette/core/json/json'
import { stringifyJson } from '@vedette/core/json/stringify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { ensureHelper } from '../../gateway/src/compiler/build.ts'
import { createOracle } from '../../gateway/src/compiler/oracle.support.ts'
import type { PdpStatus } from '../../gateway/src/pap/pdp-status.ts'
import { bigInteger } from '../support/big-integer.ts'
import { openInbox } from '../support/inbox.ts'
import type { Inbox } from '../support/inbox.ts'
import { startBroker } from '../support/kafka/broker.ts'
import type { Broker } from '../support/kafka/broker.ts'
import { odd, oddInputs, oddRules } from '../support/odd-policy.ts'
import { openPap } from '../support/pap.ts'
import type { TestPap } from '../support/pap.ts'
import { oneModule, toscaPolicy } from '../support/tosca.ts'
import { decides, openWorld, places, soon } from '../support/world.ts'
import type { Answer, Place, World } from '../support/world.ts'

/** Policies as a PAP sent them to the Go PDP. */
interface Recording {
  readonly policies: readonly { readonly name: string }[]
}

const deployedNames = ['role', 'cell.consistency', 'access_method']
const deployed = deployedNames.map((name) => ({ name, version: '1.0.0' }))

let broker: Broker
let inbox: Inbox
let pap: TestPap
let world: World
let recording: Recording

beforeAll(async () => {
  const papTopic = `policy-pdp-pap-${randomUUID()}`
  ;[broker, inbox] = await Promise.all([startBroker(), openInbox()])
  pap = await openPap(broker.url, papTopic)
  const file = new URL('../support/fixtures/onap.json', import.meta.url)
  recording = JSON.parse(await readFile(file, 'utf8')) as Recording
  world = await openWorld({
    environment: {
      KAFKA_URL: broker.url,
      PAP_TOPIC: papTopic,
      OPAL_DEFAULT_UPDATE_CALLBACKS: JSON.stringify({ callbacks: [`${inbox.url}/default`] }),
      OPAL_DEFAULT_UPDATE_CALLBACK_CONFIG: JSON.stringify({ headers: { 'x-from': 'vedette' } }),
    },
  })
})
afterAll(async () => {
  await world?.close()
  await pap?.close()
  await Promise.all([broker?.stop(), inbox?.close()])
})

const answers = async (place: Place, path: string, input?: Json): Promise<Answer> => {
  const { result, code } = await world.ask(place, path, input)
  return { result, code }
}
const everywhere = (path: string, input: Json | undefined, result: Json | undefined) =>
  decides(world, { path, input, result })

async function patchRole(operation: object): Promise<number> {
  const { gatewayUrl, api } = world.stage
  const response = await fetch(`${gatewayUrl}/policy/pdpo/v1/data/node/role`, {
    method: 'PATCH',
    headers: { authorization: `Basic ${btoa(`${api.user}:${api.password}`)}` },
    body: JSON.stringify({ policyName: 'role', data: [operation] }),
  })
  return response.status
}

const names = (status: PdpStatus): string[] => status.policies.map(({ name }) => name)

describe('a PDP comes to a PAP', () => {
  test('it registers with exactly the members that are known', async () => {
    const registration = await pap.heard(() => true)
    expect(registration).toEqual({
      messageName: 'PDP_STATUS',
      pdpType: 'opa',
      state: 'PASSIVE',
      healthy: 'HEALTHY',
      description: 'Pdp Status Registration Message',
      response: null,
      policies: [],
      name: expect.stringMatching(/^opa-[0-9a-f-]{36}$/),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      pdpGroup: 'opaGroup',
      pdpSubgroup: null,
      timestampMs: expect.stringMatching(/^\d{13}$/),
      deploymentInstanceInfo: '',
    })
  })

  test('nobody decides before the PAP said so', async () => {
    for (const place of places) {
      expect(await world.ask(place, 'role/allow', {})).toMatchObject({
        code: expect.stringMatching(/^ERR_(NOT_READY|PASSIVE)$/),
      })
    }
  })

  test('everything, ACTIVE, an empty update: each is answered, and it decides', async () => {
    const [updated, activated, settled] = await pap.welcome(recording.policies)
    expect(updated).toMatchObject({
      state: 'PASSIVE',
      pdpGroup: 'opaGroup',
      pdpSubgroup: 'opa',
      policies: deployed,
      response: {
        responseStatus: 'SUCCESS',
        responseMessage:
          'PDP Update Successful for all policies: ' +
          '{\n "access_method": "1.0.0",\n "cell.consistency": "1.0.0",\n "role": "1.0.0"\n}',
      },
    })
    expect(activated).toMatchObject({ state: 'ACTIVE', response: { responseStatus: 'SUCCESS' } })
    expect(settled).toMatchObject({
      state: 'ACTIVE',
      policies: deployed,
      response: { responseStatus: 'SUCCESS', responseMessage: 'PDP UPDATE is successfull' },
    })
    await everywhere(
      'role/allow',
      { user: 'alice', action: 'write', object: 'id123', type: 'dog' },
      true,
    )
    await everywhere('role/allow', { user: 'nobody' }, false)
    await everywhere('cell/consistency/topology/consistent', { cell: bigInteger }, undefined)
    await everywhere('cell/consistency/topology/consistent', { cell: bigInteger + 1n }, true)
    await everywhere('access_method/allow', { method: 'POST', path: ['users'] }, true)
  })

  test('an ONAP component gets what the Go PDP answered', async () => {
    const input = { user: 'alice', action: 'write', object: 'id123', type: 'dog' }
    const ask = (policyFilter: string[]) =>
      world.decision({ policyName: 'role', policyFilter, input })
    const about = { policyName: 'role', policyVersion: '1.0.0' }
    expect(await ask(['allow'])).toEqual({ ...about, output: { allow: true } })
    expect(await ask([''])).toEqual({
      ...about,
      output: { allow: true, roles: ['admin'] },
    })
  })

  test("an ONAP component changes a policy's data, and every place decides by it", async () => {
    const zoe = { user: 'zoe', action: 'write', object: 'id123', type: 'dog' }
    await everywhere('role/allow', zoe, false)
    expect(await patchRole({ op: 'add', path: '/user_roles/zoe', value: ['admin'] })).toBe(204)
    await everywhere('role/allow', zoe, true)
    expect(await patchRole({ op: 'remove', path: '/user_roles/zoe' })).toBe(204)
    await everywhere('role/allow', zoe, false)
  })

  test('it beats at the interval that the PAP asked for', async () => {
    const pdpHeartbeatIntervalMs = 300
    const from = pap.statuses.length
    await pap.update({ pdpHeartbeatIntervalMs })
    const isBeat = ({ description }: PdpStatus): boolean => description === 'Pdp heartbeat'
    const beats = () => pap.statuses.slice(from).filter(isBeat)
    await expect.poll(beats, soon).toSatisfy((heard) => heard.length >= 4)
    await pap.update({ pdpHeartbeatIntervalMs: 120_000 })
    const [first, , , fourth] = beats()
    const tookMs = Number(fourth?.timestampMs) - Number(first?.timestampMs)
    // Three intervals; a busy machine may make them longer, nothing makes them shorter.
    expect(tookMs).toBeGreaterThan(2.5 * pdpHeartbeatIntervalMs)
    expect(first).toMatchObject({
      state: 'ACTIVE',
      pdpSubgroup: 'opa',
      response: null,
      policies: deployed,
    })
  })
})

describe('policies', () => {
  test('of every shape decide everywhere as Go OPA does', async () => {
    const { response, policies } = await pap.update({ policiesToBeDeployed: [toscaPolicy(odd)] })
    expect(response).toMatchObject({ responseStatus: 'SUCCESS' })
    expect(policies).toEqual([...deployed, { name: 'odd', version: '1.0.0' }])
    await everywhere('odd/id', {}, bigInteger)

    const oracle = createOracle(await ensureHelper())
    const modules = Object.entries(odd.policy).map(([file, source]) => ({ file, source }))
    const data = stringifyJson({ node: { odd: odd.data['node.odd'] } })
    try {
      for (const rule of oddRules) {
        for (const input of oddInputs) {
          const query = `data.odd.${rule.replaceAll('/', '.')}`
          const asked = { rule, input: input === undefined ? undefined : stringifyJson(input) }
          const result = isFunction(rule)
            ? undefined
            : await oracle.evaluate({ modules, query, data, ...withInput(input) })
          for (const place of places) {
            const answer = await answers(place, `odd/${rule}`, input)
            expect({ place, ...asked, ...answer }).toEqual({
              place,
              ...asked,
              result,
              code: undefined,
            })
          }
        }
      }
    } finally {
      await oracle.close()
    }
  })

  test('keep every digit, in data and in input', async () => {
    await everywhere('odd/same_id', { id: bigInteger }, true)
    await everywhere('odd/same_id', { id: bigInteger - 1n }, undefined)
    await everywhere('odd/echoed', { id: bigInteger }, bigInteger)
    await everywhere('node/odd/id', undefined, bigInteger)
  })

  test('with broken Rego: FAILURE names policy, file, row and column, and everybody goes on', async () => {
    const broken = toscaPolicy({
      name: 'broken',
      policy: {
        broken: 'package broken\n\nallow if input.x\n',
        'broken.part': 'package broken.part\n\nallow if {\n  input.x == }\n',
      },
    })
    const fine = oneModule('fine', 'allow if input.ok')
    const { response, policies } = await pap.update({ policiesToBeDeployed: [broken, fine] })
    expect(response?.responseStatus).toBe('FAILURE')
    expect(response?.responseMessage).toContain('{Deployment Errors:')
    expect(response?.responseMessage).toContain('broken')
    expect(response?.responseMessage).toMatch(/broken\.part\.rego:4:\d+: rego_parse_error: /)
    expect(policies.map(({ name }) => name)).toEqual([...deployedNames, 'odd', 'fine'])
    await everywhere('fine/allow', { ok: true }, true)
    await everywhere('broken/allow', { x: true }, undefined)
    await everywhere('odd/id', {}, bigInteger)

    // A second later the PAP takes away what it never had.
    const undone = await pap.update({
      policiesToBeUndeployed: [{ name: 'broken', version: '1.0.0' }],
    })
    expect(undone.response).toMatchObject({ responseStatus: 'SUCCESS' })
    expect(names(undone)).toEqual([...deployedNames, 'odd', 'fine'])
  })

  test.for([
    [
      'a builtin that no replica has',
      'allow if http.send({"method": "get", "url": "http://x"})',
      /fine2\.rego:3:\d+: /,
    ],
    ['a variable that is not safe', 'allow if x == 1', /fine2\.rego:3:\d+: rego_unsafe_var_error/],
    ['a conflict of types', 'a := 1\na contains 2', /fine2\.rego:[34]:\d+: rego_type_error/],
  ] as const)('%s is refused with its place', async ([, rego, place]) => {
    const { response } = await pap.update({ policiesToBeDeployed: [oneModule('fine2', rego)] })
    expect(response?.responseStatus).toBe('FAILURE')
    expect(response?.responseMessage).toMatch(place)
    await everywhere('fine/allow', { ok: true }, true)
  })

  test('of another version take the place of the old one', async () => {
    const next = oneModule('fine', 'allow if input.better', '1.0.1')
    const status = await pap.update({
      policiesToBeDeployed: [next],
      policiesToBeUndeployed: [{ name: 'fine', version: '1.0.0' }],
    })
    expect(status.response).toMatchObject({ responseStatus: 'SUCCESS' })
    expect(status.policies).toContainEqual({ name: 'fine', version: '1.0.1' })
    await everywhere('fine/allow', { better: true }, true)
    await everywhere('fine/allow', { ok: true }, undefined)
  })

  test('that are undeployed are gone everywhere, with their data', async () => {
    const gone = oneModule('gone', 'allow := true')
    await pap.update({ policiesToBeDeployed: [gone] })
    await everywhere('gone/allow', {}, true)
    const status = await pap.update({
      policiesToBeUndeployed: [{ name: 'gone', version: '1.0.0' }],
    })
    expect(status.response).toMatchObject({
      responseStatus: 'SUCCESS',
      responseMessage: 'PDP Update Policies undeployed :,{\n "gone": "1.0.0"\n}',
    })
    expect(names(status)).not.toContain('gone')
    await everywhere('gone/allow', {}, undefined)
  })
})

describe('PASSIVE', () => {
  test('reaches Worker and page, and ACTIVE does again', async () => {
    expect(await pap.become('PASSIVE')).toMatchObject({ state: 'PASSIVE' })
    for (const place of places) {
      await expect
        .poll(() => answers(place, 'odd/id', {}), soon)
        .toMatchObject({ code: 'ERR_PASSIVE' })
    }
    const response = await fetch(`${world.stage.workerUrl}/v1/data/odd/id`, {
      headers: { authorization: `Bearer ${world.stage.token}` },
    })
    expect(response.status).toBe(503)
    expect(await pap.become('ACTIVE')).toMatchObject({ state: 'ACTIVE' })
    await everywhere('odd/id', {}, bigInteger)
  })
})

describe('a data update', () => {
  const reports = (id: string) =>
    inbox.letters.filter(({ body }) => (body as { update_id?: string }).update_id === id)

  test('flips every answer without a reload, and everyone reports it', async () => {
    const input = { score: 60 }
    await everywhere('odd/level', input, 'middle')
    await world.page.mark()
    const { id, revision } = await world.putData('/node/odd/limits', { high: 55, middle: 50 })
    expect((await world.ask('gateway', 'odd/level', input)).revision).toBe(revision)
    await everywhere('odd/level', input, 'high')
    expect(await world.page.isMarked()).toBe(true)

    const hasIt = async (): Promise<string[]> =>
      (await world.fleet())
        .filter(({ transactions }) => transactions.some((done) => done.id === id && done.success))
        .map(({ kind }) => kind)
        .sort()
    await expect.poll(hasIt, soon).toEqual(['browser', 'edge', 'gateway'])
  })

  test('is in the system document of gateway, Worker and page, and policies see it', async () => {
    await everywhere('odd/well', {}, true)
    const { id } = await world.putData('/node/odd/word', 'good evening')
    await everywhere('odd/replaced', {}, 'hi you')
    for (const place of places) {
      const system = async (): Promise<unknown> =>
        place === 'page' ? world.page.system() : (await world.ask(place, 'system/opal')).result
      await expect.poll(system, soon).toMatchObject({
        ready: true,
        healthy: true,
        last_data_transaction: { id, transaction_type: 'data', success: true, error: '' },
        last_policy_transaction: {
          id: expect.stringMatching(/^[0-9a-f]{40}$/),
          transaction_type: 'policy',
        },
      })
    }
    for (const place of ['gateway', 'worker'] as const) {
      expect((await world.ask(place, 'system/opal/healthy')).result).toBe(true)
      expect((await world.ask(place, 'system/opal/ready')).result).toBe(true)
    }
  })

  test('is called back, by its own callback and by the configured one', async () => {
    // Written as Python would: OPAL's hash is the one of this very text.
    const python = '{"z": [1, 2.5, null], "a": "h\\u00e9", "id": 445611193265040129}'
    const data = { z: [1, 2.5, null], a: 'hé', id: bigInteger }
    const { id } = await world.putData('/node/odd/extra', data, {
      id: `update-${randomUUID()}`,
      reason: 'a test',
      callback: { callbacks: [[`${inbox.url}/once`, { headers: { 'x-mine': 'yes' } }]] },
    })
    await expect
      .poll(
        () =>
          reports(id)
            .filter(({ body }) => (body as { fleet: { applied: number } }).fleet.applied === 2)
            .map(({ path }) => path)
            .sort(),
        soon,
      )
      .toEqual(['/default', '/once'])
    for (const { method, body, path, headers } of reports(id)) {
      expect(method).toBe('POST')
      expect(headers).toMatchObject(
        path === '/once' ? { 'x-mine': 'yes' } : { 'x-from': 'vedette' },
      )
      expect(body).toEqual({
        update_id: id,
        reports: [
          {
            entry: {
              url: '',
              config: null,
              topics: ['policy_data'],
              dst_path: '/node/odd/extra',
              save_method: 'PUT',
              data: null,
            },
            fetched: true,
            saved: true,
            hash: createHash('sha256').update(python).digest('hex'),
          },
        ],
        policy_hash: null,
        user_data: {},
        sequence: expect.any(Number),
        fleet: expect.objectContaining({ revision: expect.any(String), failed: 0, replicas: [] }),
      })
    }
  })

  test('into a package, or over everything, is refused and changes nothing', async () => {
    for (const path of ['/odd/level', '', '/node']) {
      await expect(world.putData(path, { level: 'x' })).rejects.toThrow('ERR_RESERVED_PATH')
    }
    await everywhere('odd/id', {}, bigInteger)
  })
})

const isFunction = (rule: string): boolean => rule === 'double'

function withInput(input: Json | undefined): { readonly input?: string } {
  return input === undefined ? {} : { input: stringifyJson(input) }
}
