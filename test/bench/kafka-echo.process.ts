import { Kafka, logLevel, Partitioners } from '../../gateway/src/kafka/kafkajs.ts'

/** Joins `requests`, says so in `replies`, and sends every record back there. */
const [broker = '', requests = '', replies = ''] = process.argv.slice(2)
const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING })
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
const consumer = kafka.consumer({ groupId: requests })

async function reply(value: Buffer | string | null): Promise<void> {
  await producer.send({ topic: replies, messages: [{ value }] })
}

process.once('disconnect', () => process.exit())
await producer.connect()
await consumer.connect()
consumer.on(consumer.events.GROUP_JOIN, () => void reply('joined'))
await consumer.subscribe({ topic: requests, fromBeginning: true })
await consumer.run({ eachMessage: ({ message }) => reply(message.value) })
