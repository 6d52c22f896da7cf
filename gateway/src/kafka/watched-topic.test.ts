import { expect, test, vi } from 'vitest'

import { createMemoryTopic } from './memory-topic.support.ts'
import { silentLogger } from './topic.support.ts'
import type { LossListener, Topic } from './topic.ts'
import { watchTopic } from './watched-topic.ts'

const silent = 'the Kafka broker does not answer'

function watched() {
  let now = 0
  const steps: PromiseWithResolvers<void>[] = []
  const step = (): Promise<void> => {
    const made = Promise.withResolvers<void>()
    steps.push(made)
    return made.promise
  }
  const topic: Topic = { publish: vi.fn(step), subscribe: vi.fn(step), close: vi.fn() }
  return {
    topic,
    steps,
    watched: watchTopic(topic, { patienceMs: 100, now: () => now }),
    passed: (ms: number) => (now += ms),
  }
}

test('a broker that takes its time is no trouble, one that takes too long is, until it answers', async () => {
  const { topic, watched: it, steps, passed } = watched()
  const handler = vi.fn()
  const joining = it.subscribe(handler)
  passed(99)
  expect(it.trouble()).toBeUndefined()
  passed(1)
  expect(it.trouble()).toBe(silent)
  steps[0]?.resolve()
  await joining
  expect(it.trouble()).toBeUndefined()
  expect(topic.subscribe).toHaveBeenCalledWith(handler)
})

test('a record that was not taken is trouble, until another is', async () => {
  const { topic, watched: it, steps } = watched()
  const failing = it.publish('a', 'key')
  steps[0]?.reject(new Error('gone'))
  await expect(failing).rejects.toThrow('gone')
  expect(it.trouble()).toBe(silent)
  const publishing = it.publish('b')
  steps[1]?.resolve()
  await publishing
  expect(it.trouble()).toBeUndefined()
  expect(topic.publish).toHaveBeenCalledWith('a', 'key')
})

test('partitions that are lost, and not assigned again soon, are trouble until they are', async () => {
  const topic = createMemoryTopic(silentLogger)
  const losses: LossListener[] = []
  topic.onLost = (listener) => void losses.push(listener)
  let now = 0
  const it = watchTopic(topic, { patienceMs: 100, now: () => now })
  const assigned = Promise.withResolvers<void>()
  for (const tell of losses) tell(assigned.promise)
  expect(it.trouble()).toBeUndefined()
  now += 100
  expect(it.trouble()).toBe(silent)
  assigned.resolve()
  await vi.waitFor(() => expect(it.trouble()).toBeUndefined())
})
