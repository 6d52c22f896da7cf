import { expect, test } from 'vitest'

import { createRecentIds } from './recent-ids.ts'

const ids = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `id ${from + index}`)

test('knows the latest thousand, those from before too', () => {
  const recent = createRecentIds(ids(0, 1_500))
  for (const id of ids(1_500, 10)) recent.add(id)
  expect(ids(0, 1_510).filter((id) => recent.has(id))).toEqual(ids(510, 1_000))
})
