import { type ChildProcess, fork } from 'node:child_process'
import { EventEmitter, once } from 'node:events'

import { afterEach, expect, test } from 'vitest'

import { createParentTopic } from './parent-topic.ts'
import { createTopicRelay, type TopicRelay } from './topic-relay.ts'
import { createRecorder, type Recorder, silentLogger } from './topic.support.ts'

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill()
})

/** A child on the relay, and what it told. */
function startChild(relay: TopicRelay): { child: ChildProcess; told: Recorder } {
  const child = fork(new URL('./parent-topic.fixture.ts', import.meta.url))
  const told = createRecorder()
  children.push(child)
  relay.add(child)
  child.on('message', (message) => {
    if (typeof message === 'string') told.handler(message)
  })
  return { child, told }
}

test('every subscribed child sees every record in order, its own too', async () => {
  const relay = createTopicRelay()
  const [one, other] = [startChild(relay), startChild(relay)]
  for (const { child, told } of [one, other]) {
    child.send('subscribe')
    await told.take(1)
  }
  one.child.send('a')
  one.child.send('b')
  await one.told.take(5)
  other.child.send('c')
  const seen = (values: readonly string[]): string[] =>
    values.filter((value) => value.startsWith('saw'))
  expect(seen(await one.told.take(6))).toEqual(['saw a', 'saw b', 'saw c'])
  expect(seen(await other.told.take(5))).toEqual(['saw a', 'saw b', 'saw c'])
})

test('a child that goes leaves the others alone, and ends by itself when it closes', async () => {
  const relay = createTopicRelay()
  const [one, other] = [startChild(relay), startChild(relay)]
  for (const { child, told } of [one, other]) {
    child.send('subscribe')
    await told.take(1)
  }
  one.child.send('close')
  expect(await once(one.child, 'exit')).toEqual([0, null])
  other.child.send('a')
  expect([...(await other.told.take(3))].toSorted()).toEqual(['said a', 'saw a', 'subscribed'])
})

test('without its parent, and after close, it says so', async () => {
  const channel = Object.assign(new EventEmitter(), { connected: true, send: () => true })
  const topic = createParentTopic({ topic: 'words', logger: silentLogger, channel })
  const unanswered = topic.publish('a')
  channel.emit('disconnect')
  await expect(unanswered).rejects.toMatchObject({ code: 'ERR_NOT_DELIVERED' })
  channel.connected = false
  await expect(topic.publish('b')).rejects.toMatchObject({ code: 'ERR_NOT_DELIVERED' })
  await topic.close()
  await expect(topic.publish('c')).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  expect(channel.listenerCount('message')).toBe(0)
})
