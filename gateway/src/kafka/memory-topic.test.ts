import { expect, test } from 'vitest'

import { createMemoryTopic } from './memory-topic.support.ts'
import { createRecorder, silentLogger } from './topic.support.ts'

test('every handler sees every record in order, the own ones too', async () => {
  const topic = createMemoryTopic(silentLogger)
  const [first, second] = [createRecorder(), createRecorder()]
  await topic.subscribe(first.handler)
  await topic.publish('a')
  await topic.subscribe(second.handler)
  await topic.publish('b')
  await topic.publish('c')
  expect(await first.take(3)).toEqual(['a', 'b', 'c'])
  expect(await second.take(2)).toEqual(['b', 'c'])
})

test('a handler runs one record after another and may publish itself', async () => {
  const topic = createMemoryTopic(silentLogger)
  const steps = createRecorder()
  await topic.subscribe(async (value) => {
    steps.handler(`begin ${value}`)
    if (value === 'question') await topic.publish('answer')
    await new Promise(setImmediate)
    steps.handler(`end ${value}`)
  })
  await topic.publish('question')
  expect(await steps.take(4)).toEqual([
    'begin question',
    'end question',
    'begin answer',
    'end answer',
  ])
})

test('what a handler throws does not stop the next record, nor another handler', async () => {
  const topic = createMemoryTopic(silentLogger)
  const [broken, sound] = [createRecorder(), createRecorder()]
  await topic.subscribe(async (value) => {
    broken.handler(value)
    throw new Error('broken')
  })
  await topic.subscribe(sound.handler)
  await topic.publish('a')
  await topic.publish('b')
  expect(await broken.take(2)).toEqual(['a', 'b'])
  expect(await sound.take(2)).toEqual(['a', 'b'])
})

test('after close nothing is taken and nothing handled', async () => {
  const topic = createMemoryTopic(silentLogger)
  const seen = createRecorder()
  await topic.subscribe(seen.handler)
  await topic.close()
  await expect(topic.publish('late')).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  await expect(topic.subscribe(seen.handler)).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  expect(seen.values).toEqual([])
})
