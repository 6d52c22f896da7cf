import { expect, test } from 'vitest'

import { sliceOf } from './slice.ts'

const document = { node: { a: { x: 1 }, b: [1, 2], c: null }, other: true }

test('what lies at the paths comes in its place, and nothing else', () => {
  expect(
    sliceOf(document, [
      ['node', 'a'],
      ['node', 'c'],
    ]),
  ).toEqual({ node: { a: { x: 1 }, c: null } })
  expect(sliceOf(document, [[]])).toEqual(document)
  expect(sliceOf(document, [['node', 'b', '0'], ['nothing'], ['toString']])).toEqual({})
})

test('a slice of very many values is none', () => {
  const large = { list: Array.from({ length: 30_000 }, (_, item) => item), small: 1 }
  expect(sliceOf(large, [['list']])).toBeUndefined()
  expect(sliceOf(large, [['small']])).toEqual({ small: 1 })
})
