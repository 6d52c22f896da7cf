import { expect, test } from 'vitest'

import { createBreath } from './breath.ts'

test('a long loop lets others have their turn, a short one goes through', async () => {
  const breathe = createBreath()
  let turns = 0
  setTimeout(() => (turns += 1), 0)
  await breathe()
  expect(turns).toBe(0)
  const end = Date.now() + 20
  while (Date.now() < end) await breathe()
  expect(turns).toBe(1)
})
