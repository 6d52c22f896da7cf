import { randomUUID } from 'node:crypto'

import type { Json } from '@vedette/core/json/json'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'

import { createKafkajsTopic } from '../../gateway/src/kafka/kafkajs-topic.ts'
import { Kafka, logLevel, Partitioners } from '../../gateway/src/kafka/kafkajs.ts'
import { silentLogger } from '../../gateway/src/kafka/topic.support.ts'
import type { Topic } from '../../gateway/src/kafka/topic.ts'
import type { LoneGateway } from '../bench/lone-gateway.ts'
import { startLoneGateway } from '../bench/lone-gateway.ts'
import { startBroker } from '../support/kafka/broker.ts'
import type { Broker } from '../support/kafka/broker.ts'
import type { Policy } from '../support/simulated-pap/messages.ts'
import { openSimulatedPap } from '../support/simulated-pap/pap.ts'
import type { SimulatedPap } from '../support/simulated-pap/pap.ts'
import { oneModule, toscaPolicy } from '../support/tosca.ts'
import { openWorld, places } from '../support/world.ts'
import type { World } from '../support/world.ts'

/** `VEDETTE_FULL_FAULTS=true` takes minutes: a thousand policies, ten thousand patches, two minutes of silence. */
const scale =
  process.env['VEDETTE_FULL_FAULTS'] === 'true'
    ? { policies: 1_000, patches: 10_000, silenceMs: 120_000 }
    : { policies: 100, patches: 240, silenceMs: 12_000 }
/** What a PAP may put in one message. */
const batch = 50
const longMs = 1_500_000
const patient = { timeout: longMs, interval: 200 }

const [papTopic, patchTopic] = [`pap-${randomUUID()}`, `patches-${randomUUID()}`]
const password = 'secret'
const authorization = `Basic ${btoa(`policyadmin:${password}`)}`
const role = toscaPolicy({
  name: 'role',
  policy: { role: 'package role\n\nusers := data.node.role.users' },
  data: { 'node.role': { users: {} } },
}) as Policy

let broker: Broker
let topic: Topic
let pap: SimulatedPap
/** A gateway, a Worker and a page. */
let world: World
let second: LoneGateway
/** What should be in force below `many`, version by name. */
const wanted = new Map<string, string>()

beforeAll(async () => {
  broker = await startBroker()
  topic = createKafkajsTopic({ url: broker.url, topic: papTopic, logger: silentLogger })
  pap = await openSimulatedPap({ topic, policies: [role], responseTimeoutMs: longMs })
  const environment = {
    KAFKA_URL: broker.url,
    PAP_TOPIC: papTopic,
    USE_KAFKA_FOR_PATCH: 'true',
    PATCH_TOPIC: patchTopic,
    API_PASSWORD: password,
    VEDETTE_FRESHNESS_MS: '0',
  }
  world = await openWorld({ environment })
  second = await startLoneGateway(environment)
  await Promise.race([second.listening, second.ended])
  await pap.settled(2)
})
afterEach(async () => {
  await vi.waitFor(() => pap.settled(2), patient)
  const expected = Object.fromEntries([...wanted].map(([name, version]) => [name, { version }]))
  await agreed('many', wanted.size === 0 ? undefined : expected)
  expect(pap.complaints).toEqual([])
  expect(pap.rolledBack).toEqual([])
})
afterAll(async () => {
  await Promise.all([world?.close(), second?.stop(), topic?.close()])
  await broker?.stop()
})

/** Every place, and the second gateway, answers so. */
async function agreed(path: string, expected: Json | undefined): Promise<void> {
  const answers = async (): Promise<readonly unknown[]> => [
    ...(await Promise.all(places.map(async (place) => (await world.ask(place, path)).result))),
    ((await second.post(`/v1/data/${path}`, {})) as { readonly result?: unknown }).result,
  ]
  await vi.waitFor(async () => {
    for (const answer of await answers()) expect(answer).toEqual(expected)
  }, patient)
}

function version(name: string, number: string): Policy {
  return oneModule(`many.${name}`, `version := "${number}"`, number) as Policy
}

/** PAP deploys these, in the place of what has the same name; nobody is waited for. */
function deploy(names: readonly string[], number: string): void {
  const undeploy = names.flatMap((name) => {
    const former = wanted.get(name)
    return former === undefined ? [] : [{ name: `many.${name}`, version: former }]
  })
  pap.change({ deploy: names.map((name) => version(name, number)), undeploy })
  for (const name of names) wanted.set(name, number)
}

const someNames = (from: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `p${from + index}`)

test('a broker that is killed in the middle of a deployment, and comes again', async () => {
  deploy(someNames(0, 20), '1.0.0')
  await broker.kill()
  deploy(someNames(5, 5), '2.0.0')
  await broker.start()
})

test(
  'a broker that says nothing for long, with every connection open',
  { timeout: longMs },
  async () => {
    broker.freeze()
    deploy(someNames(0, 3), '3.0.0')
    await new Promise((resolve) => setTimeout(resolve, scale.silenceMs))
    // Nobody needs the broker to decide.
    await agreed('many/p10', { version: '1.0.0' })
    broker.thaw()
  },
)

test('requests that come again, late and in another order, with garbage between', async () => {
  const before = pap.requests.length
  for (const number of ['4.0.0', '5.0.0', '6.0.0']) {
    deploy(someNames(0, 6), number)
    await pap.settled(2)
  }
  const old = pap.requests
    .slice(before)
    .map((request) => JSON.stringify({ source: 'pap-again', ...request, timestampMs: Date.now() }))
  const garbage = [
    null,
    Buffer.of(0xff, 0xfe),
    '',
    '{',
    '[]',
    '{"messageName":7}',
    'x'.repeat(9_999),
  ]
  const mixed = [...old.toReversed(), ...old, ...old.toReversed()].flatMap((text, at) => [
    garbage[at % garbage.length] ?? null,
    text,
  ])
  await produce(papTopic, mixed)
  await produce(patchTopic, garbage)
  deploy(['late'], '1.0.0')
})

test('many policies, batch by batch', { timeout: longMs }, async () => {
  for (let from = 0; from < scale.policies; from += batch) {
    deploy(someNames(1_000 + from, batch), '1.0.0')
    await vi.waitFor(() => pap.settled(2), patient)
  }
})

test('many patches by four writers, two at each gateway', { timeout: longMs }, async () => {
  const expected: Record<string, Json> = {}
  const each = scale.patches / 4
  const writers = [world.stage.gatewayUrl, second.url, world.stage.gatewayUrl, second.url]
  await Promise.all(
    writers.map(async (url, writer) => {
      for (let number = 0; number < each; number += 1) {
        const user = `w${writer}-${number}`
        expected[user] = number
        await patch(url, user, number)
      }
    }),
  )
  await agreed('role/users', expected)
})

async function patch(url: string, user: string, value: number): Promise<void> {
  const answer = await fetch(`${url}/policy/pdpo/v1/data/node/role`, {
    method: 'PATCH',
    headers: { authorization },
    body: JSON.stringify({
      policyName: 'role',
      data: [{ op: 'add', path: `/users/${user}`, value }],
    }),
  })
  expect(answer.status).toBe(202)
}

/** Puts records into a topic as another program would. */
async function produce(name: string, values: readonly (string | Buffer | null)[]): Promise<void> {
  const kafka = new Kafka({ brokers: [broker.url], logLevel: logLevel.NOTHING })
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  await producer.send({ topic: name, messages: values.map((value) => ({ value })) })
  await producer.disconnect()
}
