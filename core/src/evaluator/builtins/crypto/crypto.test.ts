import { expect, it } from 'vitest'

import { answer, checkCases } from '../cases.support.ts'
import { loadBuiltins } from '../table.ts'

it('hashes and HMAC are those of Go OPA', async () => {
  const { count, wrong } = await checkCases('crypto.cases.jsonl')
  expect(count).toBeGreaterThan(350)
  expect(wrong).toEqual([])
})

it('bytes that may have been none of UTF-8 are not hashed', async () => {
  const builtins = await loadBuiltins(['crypto.sha256'])
  expect(() => answer(builtins, 'crypto.sha256', '["\ufffd"]')).toThrow(RangeError)
})
