import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import * as v from 'valibot'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { kafkaConfigOf, kafkaVariables } from '../../gateway/src/kafka/kafka-config.ts'
import { createKafkajsTopic } from '../../gateway/src/kafka/kafkajs-topic.ts'
import { createRecorder, silentLogger } from '../../gateway/src/kafka/topic.support.ts'
import type { Topic } from '../../gateway/src/kafka/topic.ts'
import { startBroker } from '../support/kafka/broker.ts'
import type { Broker } from '../support/kafka/broker.ts'
import { makeIdentity, mutualTlsDoor, passwordDoor } from '../support/kafka/doors.ts'
import type { Identity } from '../support/kafka/doors.ts'

const users = { policy: 's3cret' }
const security = 'org.apache.kafka.common.security'
const account = 'required username="policy" password="s3cret";'
const scram = `${security}.scram.ScramLoginModule ${account}`

let directory: string
let broker: Broker
let passwordUrl: string
let tlsUrl: string
let server: Identity
let client: Identity
let stranger: Identity

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vedette-doors-'))
  const make = (name: string): Promise<Identity> => makeIdentity(directory, name)
  server = await make('server')
  client = await make('client')
  stranger = await make('stranger')
  const listeners = [await passwordDoor(users), await mutualTlsDoor(server, client)]
  const urls = listeners.map(({ port }) => `127.0.0.1:${port}`)
  ;[passwordUrl, tlsUrl] = urls as [string, string]
  broker = await startBroker({ listeners, users })
})
afterAll(async () => {
  await broker?.stop()
  await rm(directory, { recursive: true })
})

type Environment = Readonly<Record<string, string>>

/** A topic as an operator's variables make it. */
function openTopic(url: string, environment: Environment, deliveryTimeoutMs = 60_000): Topic {
  const variables = { KAFKA_URL: url, ...environment }
  const kafka = kafkaConfigOf(v.parse(v.object(kafkaVariables), variables))
  return createKafkajsTopic({
    ...kafka,
    url,
    topic: 'guarded',
    logger: silentLogger,
    deliveryTimeoutMs,
  })
}

async function speaksAndHears(url: string, environment: Environment): Promise<void> {
  const topic = openTopic(url, environment)
  const seen = createRecorder()
  await topic.subscribe(seen.handler)
  await topic.publish('hello')
  expect(await seen.take(1)).toEqual(['hello'])
  await topic.close()
}

async function isTurnedAway(url: string, environment: Environment): Promise<void> {
  const topic = openTopic(url, environment, 1)
  await expect(topic.publish('hello')).rejects.toMatchObject({ code: 'ERR_NOT_DELIVERED' })
  await topic.close()
}

const sasl = { UseSASLForKAFKA: 'true' }

test.each<[string, Environment]>([
  ['SCRAM-SHA-512, as OPA-PDP', { JAASLOGIN: scram }],
  ['SCRAM-SHA-256', { JAASLOGIN: scram, VEDETTE_KAFKA_SASL_MECHANISM: 'SCRAM-SHA-256' }],
  ['PLAIN', { JAASLOGIN: `${security}.plain.PlainLoginModule ${account}` }],
  ['older names', { KAFKA_USERNAME: 'policy', KAFKA_PASSWORD: 's3cret' }],
])('a broker that asks for a password is spoken to: %s', async (_, environment) => {
  await speaksAndHears(passwordUrl, { ...sasl, ...environment })
})

test('a token is a way in while it is good', async () => {
  const seconds = Math.floor(Date.now() / 1000)
  const file = join(directory, 'token')
  const bearer = {
    ...sasl,
    VEDETTE_KAFKA_SASL_MECHANISM: 'OAUTHBEARER',
    VEDETTE_KAFKA_TOKEN_FILE: file,
  }
  await writeFile(file, unsigned({ sub: 'policy', iat: seconds, exp: seconds + 3600 }))
  await speaksAndHears(passwordUrl, bearer)
  await writeFile(file, unsigned({ sub: 'policy', iat: seconds - 7200, exp: seconds - 3600 }))
  await isTurnedAway(passwordUrl, bearer)
})

/** A JWT as Kafka takes it where no authority is configured. */
function unsigned(claims: object): string {
  const [head, body] = [{ alg: 'none' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  return `${head}.${body}.`
}

test('a wrong password is no way in, and none neither', async () => {
  await isTurnedAway(passwordUrl, { ...sasl, JAASLOGIN: scram.replace('s3cret', 'guess') })
  await isTurnedAway(passwordUrl, {})
})

test('a broker that asks for a certificate is spoken to by who has one, and spoken to by nobody else', async () => {
  const trusting = { VEDETTE_KAFKA_CA_FILE: server.cert }
  const having = ({ cert, key }: Identity): Environment => ({
    VEDETTE_KAFKA_CERT_FILE: cert,
    VEDETTE_KAFKA_KEY_FILE: key,
  })
  await speaksAndHears(tlsUrl, { ...trusting, ...having(client) })
  await isTurnedAway(tlsUrl, { ...trusting, ...having(stranger) })
  await isTurnedAway(tlsUrl, trusting)
})

test('a broker whose certificate is not trusted is not spoken to', async () => {
  const known = { VEDETTE_KAFKA_CERT_FILE: client.cert, VEDETTE_KAFKA_KEY_FILE: client.key }
  await isTurnedAway(tlsUrl, { ...known, VEDETTE_KAFKA_TLS: 'true' })
  await isTurnedAway(tlsUrl, { ...known, VEDETTE_KAFKA_CA_FILE: stranger.cert })
})
