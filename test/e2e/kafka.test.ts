import assert from 'node:assert'
import { randomUUID } from 'node:crypto'

import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import type { Codec } from '../../gateway/src/kafka/codecs.ts'
import {
  createKafkajsTopic,
  type KafkajsTopicOptions,
} from '../../gateway/src/kafka/kafkajs-topic.ts'
import { compression, Kafka, logLevel, Partitioners } from '../../gateway/src/kafka/kafkajs.ts'
import {
  createRecorder,
  type Recorder,
  silentLogger,
} from '../../gateway/src/kafka/topic.support.ts'
import type { Bookmarks, Topic } from '../../gateway/src/kafka/topic.ts'
import { type Broker, startBroker } from '../support/kafka/broker.ts'

let broker: Broker
const opened: Topic[] = []

beforeAll(async () => {
  broker = await startBroker()
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((topic) => topic.close()))
})
afterAll(() => broker.stop())

function openTopic(topic: string, options: Partial<KafkajsTopicOptions> = {}): Topic {
  const url = broker.url
  const opening = createKafkajsTopic({ url, topic, logger: silentLogger, ...options })
  opened.push(opening)
  return opening
}

async function subscribe(topic: Topic): Promise<Recorder> {
  const recorder = createRecorder()
  await topic.subscribe(recorder.handler)
  return recorder
}

const someName = (): string => `topic-${randomUUID()}`
const numbered = (word: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${word} ${index}`)
const plainClient = (url: string): Kafka =>
  new Kafka({ brokers: [url], logLevel: logLevel.NOTHING })

async function createTopic(url: string, topic: string, numPartitions: number): Promise<void> {
  const admin = plainClient(url).admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions }] })
  await admin.disconnect()
}

/** What another program may put into the topic. */
async function produceRaw(
  topic: string,
  values: readonly (Buffer | null)[],
  compression = 0,
): Promise<void> {
  const producer = plainClient(broker.url).producer({
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  await producer.send({ topic, compression, messages: values.map((value) => ({ value })) })
  await producer.disconnect()
}

/** Snappy's format allows to leave everything as it is: a length, then literals of at most 64 KiB. */
const encodeSnappy: Codec['compress'] = async ({ buffer }) => {
  const length = [(buffer.length & 0x7f) | 0x80, buffer.length >>> 7]
  const literal = [61 << 2, (buffer.length - 1) & 0xff, (buffer.length - 1) >>> 8]
  return Buffer.concat([Buffer.of(...length, ...literal), buffer])
}

describe('what a subscriber sees', () => {
  test('all that is published from the moment on when subscribe resolves, and nothing older', async () => {
    const name = someName()
    const publisher = openTopic(name)
    for (const value of numbered('record', 20)) {
      const reader = openTopic(name)
      const seen = await subscribe(reader)
      await publisher.publish(value)
      expect(await seen.take(1)).toEqual([value])
      await reader.close()
    }
  })

  test('the first record of a topic that did not exist', async () => {
    for (const value of numbered('first', 3)) {
      const topic = openTopic(someName())
      const seen = await subscribe(topic)
      await topic.publish(value)
      expect(await seen.take(1)).toEqual([value])
    }
  })

  test('everything in order, its own records too, as every other subscriber', async () => {
    const [one, other] = [openTopic('shared'), openTopic('shared')]
    const [mine, theirs] = [await subscribe(one), await subscribe(other)]
    const values = numbered('record', 200)
    await Promise.all(values.map((value) => one.publish(value)))
    expect(await mine.take(200)).toEqual(values)
    expect(await theirs.take(200)).toEqual(values)
  })

  test('one key in order where there are many partitions', async () => {
    await createTopic(broker.url, 'wide', 4)
    const topic = openTopic('wide')
    const seen = await subscribe(topic)
    const senders = ['ann', 'bob', 'cleo', 'dora', 'emil']
    const sent = senders.flatMap((name) => numbered(name, 20).map((value) => ({ name, value })))
    await Promise.all(sent.map(({ name, value }) => topic.publish(value, name)))
    const values = await seen.take(100)
    for (const name of senders) {
      expect(values.filter((value) => value.startsWith(name))).toEqual(numbered(name, 20))
    }
  })

  test('one record after another, whatever the handler throws', async () => {
    const topic = openTopic(someName())
    const steps = createRecorder()
    await topic.subscribe(async (value) => {
      steps.handler(`begin ${value}`)
      await new Promise(setImmediate)
      steps.handler(`end ${value}`)
      throw new Error('broken handler')
    })
    await Promise.all(['a', 'b'].map((value) => topic.publish(value)))
    expect(await steps.take(4)).toEqual(['begin a', 'end a', 'begin b', 'end b'])
  })

  test('what its group missed', async () => {
    const name = someName()
    const groupId = randomUUID()
    const before = openTopic(name, { groupId })
    const seen = await subscribe(before)
    await before.publish('read')
    await seen.take(1)
    await before.close()
    await openTopic(name).publish('missed')
    const after = await subscribe(openTopic(name, { groupId }))
    while (!after.values.includes('missed')) await after.take(after.values.length + 1)
  })
})

test('whoever has bookmarks begins at the end, and goes on behind the last one it kept', async () => {
  const [name, kept] = [someName(), new Map<string, string>()]
  const publisher = openTopic(name)
  const bookmarks: Bookmarks = {
    find: async (partition) => kept.get(partition),
    keep: async ({ partition, next }) => void kept.set(partition, next),
  }
  const listen = async (): Promise<{ readonly topic: Topic; readonly seen: Recorder }> => {
    const [topic, seen] = [openTopic(name), createRecorder()]
    await topic.subscribe(async (value, { place }) => {
      if (place && value !== 'not kept') await bookmarks.keep(place)
      seen.handler(value)
    }, bookmarks)
    return { topic, seen }
  }
  await publisher.publish('older')
  // It hears nothing, and its place is kept all the same.
  await (await listen()).topic.close()
  for (const value of ['missed', 'not kept']) await publisher.publish(value)
  const second = await listen()
  expect(await second.seen.take(2)).toEqual(['missed', 'not kept'])
  await second.topic.close()
  await publisher.publish('later')
  const third = await listen()
  expect(await third.seen.take(2)).toEqual(['not kept', 'later'])
  await third.topic.close()
  // What was kept of a topic that was removed and made anew says nothing about the new one.
  for (const partition of kept.keys()) kept.set(partition, '99')
  const anew = ['older', 'missed', 'not kept', 'later']
  expect(await (await listen()).seen.take(4)).toEqual(anew)
})

test('a record brings the id that it was published with, and those of others bring none', async () => {
  const [topic, ids] = [openTopic(someName()), createRecorder()]
  await topic.subscribe((_, { id = 'none' }) => ids.handler(id))
  await topic.publish('ours', 'key', 'a-1')
  await topic.publish('ours')
  await topic.publish('forged', 'key', 'x'.repeat(65))
  expect(await ids.take(3)).toEqual(['a-1', 'none', 'none'])
})

test('whoever shares its group, and gets nothing for it, is told', async () => {
  const warned = Promise.withResolvers<string>()
  const logger = { ...silentLogger, warn: (_: object, words: string) => warned.resolve(words) }
  const [name, shared] = [someName(), { groupId: randomUUID(), logger }]
  await subscribe(openTopic(name, shared))
  // Either of them may be the one that gets the partition, and the other one never resolves.
  openTopic(name, shared)
    .subscribe(() => {})
    .catch(() => {})
  expect(await warned.promise).toContain('another member of the group')
})

describe('garbage', () => {
  test('is skipped, and what follows is handled', async () => {
    const topic = openTopic('garbage')
    const seen = await subscribe(topic)
    const big = 'ä'.repeat(400_000)
    const invalid = fc
      .sample(fc.uint8Array({ maxLength: 2_000 }), 100)
      .map((bytes) => Buffer.of(0xff, ...bytes))
    await produceRaw('garbage', [null, ...invalid, Buffer.from(big), null, Buffer.from('')])
    await topic.publish('sound')
    expect(await seen.take(3)).toEqual([big, '', 'sound'])
  })

  test('of any bytes stops nobody', async () => {
    const topic = openTopic('noise')
    const seen = await subscribe(topic)
    const noise = fc.oneof(fc.uint8Array({ maxLength: 5_000 }), fc.string({ unit: 'binary' }))
    await fc.assert(
      fc.asyncProperty(fc.array(noise, { maxLength: 30 }), fc.uuid(), async (values, end) => {
        await produceRaw(
          'noise',
          values.map((value) => Buffer.from(value)),
        )
        await topic.publish(end)
        while (!seen.values.includes(end)) await seen.take(seen.values.length + 1)
      }),
      { numRuns: 20 },
    )
  })

  test('is a batch in a compression that we lack; zstd is read', async () => {
    const name = someName()
    const seen = await subscribe(openTopic(name))
    const { Codecs, Types } = compression
    const lacking = Codecs[Types.Snappy]
    assert(lacking)
    Codecs[Types.Snappy] = () => ({ ...lacking(), compress: encodeSnappy })
    const values = numbered('record', 100).map((value) => Buffer.from(value))
    await produceRaw(name, values, Types.Snappy)
    await produceRaw(name, values, Types.ZSTD)
    expect(await seen.take(100)).toEqual(numbered('record', 100))
  })

  test('a record that the broker refuses is said to be, and the next one is sent', async () => {
    const topic = openTopic(someName())
    const seen = await subscribe(topic)
    const huge = topic.publish('x'.repeat(2_000_000))
    const sound = topic.publish('sound')
    await expect(huge).rejects.toMatchObject({ code: 'ERR_NOT_DELIVERED' })
    await sound
    expect(await seen.take(1)).toEqual(['sound'])
  })
})

describe('a broker', () => {
  test('that is down at the start is waited for', async () => {
    await broker.pause()
    const topic = openTopic(someName())
    const seen = createRecorder()
    const subscribed = topic.subscribe(seen.handler)
    const published = topic.publish('early')
    await broker.start()
    await Promise.all([subscribed, published])
    await topic.publish('later')
    while (seen.values.at(-1) !== 'later') await seen.take(seen.values.length + 1)
  })

  test.each(['pause', 'kill'] as const)(
    'that goes (%s) and comes again loses nothing',
    async (go) => {
      const topic = openTopic(someName())
      const seen = await subscribe(topic)
      await topic.publish('before')
      await seen.take(1)
      await broker[go]()
      const during = numbered('during', 5).map((value) => topic.publish(value))
      await broker.start()
      await Promise.all(during)
      await topic.publish('after')
      while (!seen.values.includes('after')) await seen.take(seen.values.length + 1)
      // At least once: a record whose answer was lost may be there twice.
      expect([...new Set(seen.values)]).toEqual(['before', ...numbered('during', 5), 'after'])
    },
  )

  test('that goes is missed before anything is to be sent, until it is there again', async () => {
    const topic = openTopic(someName())
    await subscribe(topic)
    const lost = new Promise<{ readonly assigned: Promise<void> }>((resolve) => {
      topic.onLost?.((assigned) => resolve({ assigned }))
    })
    await broker.kill()
    const { assigned } = await lost
    await broker.start()
    await assigned
  })

  test('that is away: a record is given up in time, and closing waits for nobody', async () => {
    const topic = openTopic(someName(), { deliveryTimeoutMs: 1 })
    const patient = openTopic(someName())
    await subscribe(topic)
    await broker.kill()
    const subscribing = openTopic(someName()).subscribe(() => {})
    const [publishing] = [patient.publish('never')]
    await expect(topic.publish('never')).rejects.toMatchObject({ code: 'ERR_NOT_DELIVERED' })
    const closing = opened.splice(0).map((each) => each.close())
    await expect(publishing).rejects.toMatchObject({ code: 'ERR_CLOSED' })
    await expect(subscribing).rejects.toMatchObject({ code: 'ERR_CLOSED' })
    await Promise.all(closing)
    await expect(topic.publish('late')).rejects.toMatchObject({ code: 'ERR_CLOSED' })
    await broker.start()
  })
})

test('a topic that somebody makes late is read from its first record', async () => {
  const strict = await startBroker({ autoCreateTopics: false })
  try {
    const [reader, writer] = [openTopic('late', strict), openTopic('late', strict)]
    const seen = createRecorder()
    const subscribed = reader.subscribe(seen.handler)
    const published = writer.publish('first')
    await createTopic(strict.url, 'late', 1)
    await published
    await subscribed
    await writer.publish('second')
    expect(await seen.take(2)).toEqual(['first', 'second'])
  } finally {
    await strict.stop()
  }
})
