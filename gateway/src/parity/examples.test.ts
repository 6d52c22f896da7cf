import { Decimal } from '@vedette/core/json/decimal'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { readExample } from './examples.ts'

test('an example keeps every digit, and tells no input from null', () => {
  expect(
    readExample('{"entrypoint":"a/b","input":{"id":445611193265040129},"result":1.0,"note":""}'),
  ).toEqual({
    question: { entrypoint: 'a/b', input: { id: 445611193265040129n } },
    result: new Decimal('1.0'),
  })
  expect(readExample('{"entrypoint":"a"}')).toEqual({ question: { entrypoint: 'a' } })
  expect(readExample('{"entrypoint":"a","input":null,"result":false}')).toEqual({
    question: { entrypoint: 'a', input: null },
    result: false,
  })
})

test('of anything else it says what is wrong', () => {
  const wild = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record(
        { entrypoint: fc.jsonValue(), input: fc.jsonValue(), result: fc.jsonValue() },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value)),
  )
  fc.assert(
    fc.property(wild, (text) => {
      try {
        expect(typeof readExample(text).question.entrypoint).toBe('string')
      } catch (error) {
        expect((error as Error).message).toMatch(/\S/)
      }
    }),
  )
})
