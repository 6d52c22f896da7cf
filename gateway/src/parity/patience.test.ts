import { setImmediate as breathe } from 'node:timers/promises'

import { expect, test } from 'vitest'

import { createPatience } from './patience.ts'

const unless = { idle: () => Promise.resolve() }

test('what is done in time is the result', async () => {
  const waitFor = createPatience({ patienceMs: 60_000, ...unless })
  expect(
    await waitFor(async (pause) => {
      await pause()
      return 1
    }),
  ).toEqual({ result: 1 })
})

test('what takes longer goes on one after the other, and only while nobody is waiting', async () => {
  const steps: string[] = []
  const idle = Promise.withResolvers<void>()
  const waitFor = createPatience({ patienceMs: 1, idle: () => idle.promise })
  const release = Promise.withResolvers<void>()
  const work = (name: string) => async (pause: () => Promise<void>) => {
    await release.promise
    for (const step of ['1', '2']) {
      await pause()
      steps.push(name + step)
    }
    return name
  }
  const all = await Promise.all([waitFor(work('a')), waitFor(work('b'))])
  release.resolve()
  for (let turn = 0; turn < 5; turn++) await breathe()
  expect(steps).toEqual([])
  idle.resolve()
  const later = all.flatMap((each) => ('later' in each ? [each.later] : []))
  expect(await Promise.all(later)).toEqual(['a', 'b'])
  expect(steps).toEqual(['a1', 'a2', 'b1', 'b2'])
})
