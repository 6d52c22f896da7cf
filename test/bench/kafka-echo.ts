import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'

import { Kafka, logLevel, Partitioners } from '../../gateway/src/kafka/kafkajs.ts'
import { nowMs } from './clock.ts'

/** The least that a request and its answer over Kafka cost: a bare kafkajs program that sends back what it reads. */
export interface Echo {
  /** From the start of its process to its first record, read here. */
  readonly joinedMs: number
  roundTrip(): Promise<number>
  close(): Promise<void>
}

export async function openEcho(broker: string): Promise<Echo> {
  const [requests, replies] = [`requests-${randomUUID()}`, `replies-${randomUUID()}`]
  const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING })
  await createTopics(kafka, [requests, replies])
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  let heard = Promise.withResolvers<void>()
  const consumer = kafka.consumer({ groupId: replies })
  await consumer.connect()
  await consumer.subscribe({ topic: replies, fromBeginning: true })
  await consumer.run({ eachMessage: () => Promise.resolve(heard.resolve()) })

  const begin = nowMs()
  const program = fork(new URL('kafka-echo.process.ts', import.meta.url), [
    broker,
    requests,
    replies,
  ])
  await heard.promise
  const joinedMs = nowMs() - begin

  return {
    joinedMs,
    async roundTrip() {
      heard = Promise.withResolvers()
      const sent = nowMs()
      await producer.send({ topic: requests, messages: [{ value: 'ping' }] })
      await heard.promise
      return nowMs() - sent
    },
    async close() {
      program.kill()
      await Promise.all([producer.disconnect(), consumer.disconnect()])
    },
  }
}

async function createTopics(kafka: Kafka, names: readonly string[]): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: names.map((topic) => ({ topic })) })
  await admin.disconnect()
}
