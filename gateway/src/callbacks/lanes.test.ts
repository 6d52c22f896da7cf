import { expect, test } from 'vitest'

import { createLanes } from './lanes.ts'

test('an origin gets so many at once, and keeps no other waiting', async () => {
  const lanes = createLanes(2)
  const gate = Promise.withResolvers<void>()
  const begun: string[] = []
  const call = (url: string): Promise<void> =>
    lanes.run(url, () => {
      begun.push(url)
      return gate.promise
    })
  const calls = ['http://a/1', 'http://a/2', 'http://a/3', 'http://b/1'].map(call)
  await Promise.resolve()
  await new Promise((resolve) => setImmediate(resolve))
  expect(begun).toEqual(['http://a/1', 'http://a/2', 'http://b/1'])
  gate.resolve()
  await Promise.all(calls)
  expect(begun).toHaveLength(4)
})

test('an origin that nothing is sent to any more is forgotten, be it that the last call failed', async () => {
  const lanes = createLanes(2)
  const gate = Promise.withResolvers<void>()
  const calls = Array.from({ length: 300 }, (_, n) =>
    lanes.run(`http://${n % 100}.example/`, async () => {
      await gate.promise
      if (n % 2) throw new Error('refused')
    }),
  )
  expect(lanes.origins()).toHaveLength(100)
  gate.resolve()
  await Promise.allSettled(calls)
  expect(lanes.origins()).toEqual([])
})
