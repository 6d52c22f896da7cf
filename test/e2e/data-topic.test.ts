import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { readPatchSync } from '../../gateway/src/data-topic/patch-sync.ts'
import { createKafkajsTopic } from '../../gateway/src/kafka/kafkajs-topic.ts'
import { silentLogger } from '../../gateway/src/kafka/topic.support.ts'
import type { Topic } from '../../gateway/src/kafka/topic.ts'
import type { LoneGateway } from '../bench/lone-gateway.ts'
import { startLoneGateway } from '../bench/lone-gateway.ts'
import { startBroker } from '../support/kafka/broker.ts'
import type { Broker } from '../support/kafka/broker.ts'
import { openPap } from '../support/pap.ts'
import type { TestPap } from '../support/pap.ts'
import { toscaPolicy } from '../support/tosca.ts'
import { soon } from '../support/world.ts'

const patchTopic = `opa-pdp-data-${randomUUID()}`
const authorization = `Basic ${Buffer.from('policyadmin:secret').toString('base64')}`
const role = toscaPolicy({
  name: 'role',
  policy: { role: 'package role\n\nusers := data.node.role.users' },
  data: { 'node.role': { users: {} } },
})

let broker: Broker
let paps: readonly TestPap[]
let gateways: readonly LoneGateway[]
/** A Go PDP hears every record of the topic, and writes some. */
let other: Topic
const heard: string[] = []

beforeAll(async () => {
  broker = await startBroker()
  const topics = [1, 2].map((number) => `pap-${number}-${randomUUID()}`)
  paps = await Promise.all(topics.map((topic) => openPap(broker.url, topic)))
  other = createKafkajsTopic({ url: broker.url, topic: patchTopic, logger: silentLogger })
  await other.subscribe((text) => void heard.push(text))
  gateways = await Promise.all(
    topics.map((topic) =>
      startLoneGateway({
        KAFKA_URL: broker.url,
        PAP_TOPIC: topic,
        PATCH_TOPIC: patchTopic,
        USE_KAFKA_FOR_PATCH: 'true',
        API_PASSWORD: 'secret',
      }),
    ),
  )
  await Promise.all(gateways.map(({ listening, ended }) => Promise.race([listening, ended])))
  for (const pap of paps) {
    await pap.heard(() => true)
    await pap.welcome([role])
  }
})
afterAll(async () => {
  await Promise.all((gateways ?? []).map((gateway) => gateway.stop()))
  await Promise.all((paps ?? []).map((pap) => pap.close()))
  await other?.close()
  await broker?.stop()
})

function patch(gateway: LoneGateway | undefined, user: string): Promise<Response> {
  return fetch(`${gateway?.url}/policy/pdpo/v1/data/node/role`, {
    method: 'PATCH',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({
      policyName: 'role',
      data: [{ op: 'add', path: `/users/${user}`, value: [user] }],
    }),
  })
}

/** What each gateway decides with. */
function usersAtEach(): Promise<readonly unknown[]> {
  return Promise.all(
    gateways.map(async (gateway) => {
      const answer = await gateway.post('/v1/data/role/users', {})
      return (answer as { readonly result: unknown }).result
    }),
  )
}

const everywhere = (users: object): Promise<void> =>
  vi.waitFor(async () => expect(await usersAtEach()).toEqual([users, users]), soon)

test('a patch that one gateway takes is decided by at each, and told as the Go PDP tells it', async () => {
  const answer = await patch(gateways[0], 'alice')
  expect(answer.status).toBe(202)
  expect(await answer.json()).toMatchObject({ uri: '/policy/pdpo/v1/data/' })
  await everywhere({ alice: ['alice'] })
  await vi.waitFor(() => expect(heard).toHaveLength(1), soon)
  expect(heard[0]).toContain(
    '"patchInfos":[{"Path":["node","role","users","alice"],"Op":0,"Value":["alice"]}]',
  )
  expect(readPatchSync(heard[0] ?? '')?.sourceId).toBe(paps[0]?.statuses.at(-1)?.name)
})

test('what a Go PDP writes is applied, garbage and what must not be written is passed over', async () => {
  const header = { messageName: 'OPA_PDP_DATA_PATCH_SYNC', 'source-id': 'opa-go' }
  const told = (Path: readonly string[], Value: unknown): Promise<void> =>
    other.publish(JSON.stringify({ header, patchInfos: [{ Path, Op: 0, Value }] }))
  await other.publish('garbage')
  await told(['system', 'opal'], {})
  await told(['node', 'rolex'], {})
  await told(['node', 'role', 'nobody', 'is', 'here'], 1)
  await told(['node', 'role', 'users', 'bob'], ['bob'])
  await everywhere({ alice: ['alice'], bob: ['bob'] })
  for (const gateway of gateways) {
    const answer = await fetch(`${gateway.url}/policy/pdpo/v1/data/node`, {
      headers: { authorization },
    })
    expect(Object.keys((await answer.json()).data)).toEqual(['role'])
  }
})

test('many patches at both gateways end with the same data at each', async () => {
  const names = Array.from({ length: 40 }, (_, number) => `user-${number}`)
  await Promise.all(names.map((name, at) => patch(gateways[at % 2], name)))
  const all = Object.fromEntries(['alice', 'bob', ...names].map((name) => [name, [name]]))
  await everywhere(all)
})

test('K7: a gateway that was killed goes on where it was: nothing that was told meanwhile is missed, nothing is applied twice', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'vedette-patches-'))
  const papTopic = `pap-${randomUUID()}`
  const environment = {
    KAFKA_URL: broker.url,
    PAP_TOPIC: papTopic,
    PATCH_TOPIC: `opa-pdp-data-${randomUUID()}`,
    USE_KAFKA_FOR_PATCH: 'true',
    API_PASSWORD: 'secret',
    VEDETTE_DATA_DIR: dataDir,
  }
  const pap = await openPap(broker.url, papTopic)
  const writer = createKafkajsTopic({
    url: broker.url,
    topic: environment.PATCH_TOPIC,
    logger: silentLogger,
  })
  const tell = (turn: number): Promise<void> =>
    writer.publish(
      JSON.stringify({
        header: { messageName: 'OPA_PDP_DATA_PATCH_SYNC', 'source-id': 'opa-go' },
        patchInfos: [{ Path: ['node', 'turns', '-'], Op: 0, Value: turn }],
      }),
    )
  const turns = toscaPolicy({
    name: 'turns',
    policy: { turns: 'package turns\n\nall := data.node.turns' },
    data: { 'node.turns': [] },
  })
  const turnsAt = async (gateway: LoneGateway, expected: readonly number[]): Promise<void> =>
    vi.waitFor(
      async () =>
        expect(await gateway.post('/v1/data/turns/all', {})).toMatchObject({ result: expected }),
      soon,
    )

  const before = await startLoneGateway(environment)
  await Promise.race([before.listening, before.ended])
  await pap.heard(() => true)
  await pap.welcome([turns])
  await tell(1)
  await turnsAt(before, [1])
  process.kill(before.pid, 'SIGKILL')
  await before.ended.catch(() => undefined)
  await tell(2)
  await tell(3)
  const after = await startLoneGateway(environment)
  await Promise.race([after.listening, after.ended])
  await turnsAt(after, [1, 2, 3])
  await tell(4)
  await turnsAt(after, [1, 2, 3, 4])
  await Promise.all([after.stop(), pap.close(), writer.close()])
  await rm(dataDir, { recursive: true, force: true })
})
