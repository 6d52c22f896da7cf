import * as v from 'valibot'
import { expect, test } from 'vitest'

import { readRequest } from './request.ts'

const schema = v.object({ code: v.string() })

test.for([
  '{"code":"a"} and more',
  '{"code":"a"}{"code":"b"}',
  '{"code":"a"}]"',
  '{"code":"a"}"\\',
])('what follows the body means nothing: %s', (text) => {
  expect(readRequest(text, schema)).toEqual({ request: { code: 'a' } })
})

test('a string with quotes and no end is looked through once', () => {
  // Once from each quote were 10¹² steps.
  expect(readRequest(`{${'"\\'.repeat(1_000_000)}`, schema)).toHaveProperty('undecodable')
})
