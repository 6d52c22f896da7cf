import { expect, test } from 'vitest'

import { isBearerOf } from './token.ts'

test.for([
  ['Bearer secret', true],
  ['bearer  secret', true],
  ['Bearer secret2', false],
  ['Bearer secre', false],
  ['Bearer  ', false],
  ['Basic secret', false],
  ['secret', false],
  [undefined, false],
] as const)('%j is the bearer of "secret": %s', async ([header, expected]) => {
  expect(await isBearerOf(header, 'secret')).toBe(expected)
})

test.for([undefined, ''])('nobody is the bearer of %j', async (token) => {
  for (const header of [undefined, '', 'Bearer', 'Bearer ', 'Bearer undefined']) {
    expect(await isBearerOf(header, token)).toBe(false)
  }
})
