import { expect, test } from 'vitest'

import { createPace } from './pace.ts'

test('of many who ask at once, each has a turn of the event loop for itself, in their order', async () => {
  const pace = createPace()
  const seen: string[] = []
  let turns = 0
  const turn = (): void => {
    turns += 1
    if (seen.length < 5) setImmediate(turn)
  }
  setImmediate(turn)
  const workers = Array.from({ length: 5 }, async (_, number) => {
    await pace()
    seen.push(`${number} in turn ${turns}`)
  })
  await Promise.all(workers)
  const inTurn = seen.map((each) => each.split(' in turn '))
  expect(inTurn.map(([number]) => number)).toEqual(['0', '1', '2', '3', '4'])
  expect(new Set(inTurn.map(([, at]) => at)).size).toBe(5)
})
