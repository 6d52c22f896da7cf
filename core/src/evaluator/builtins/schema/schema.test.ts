import { expect, it } from 'vitest'

import { answer, checkCases } from '../cases.support.ts'
import { loadBuiltins } from '../table.ts'

it('schemas and what they say of documents are those of Go OPA', async () => {
  const { count, wrong } = await checkCases('schema.cases.jsonl')
  expect(count).toBeGreaterThan(500)
  expect(wrong).toEqual([])
})

it.each([
  ['json.verify_schema', '[{"$ref": "http://a/b"}]', 'schemas of other places are not read'],
  [
    'json.match_schema',
    String.raw`["\"a@\"", {"format": "email"}]`,
    'addresses with names, comments or quotes',
  ],
  ['json.match_schema', '[{}, {"$ref": "#"}]', 'call stack'],
])('%s of %s is refused', async (name, operands, message) => {
  const builtins = await loadBuiltins([name])
  expect(() => answer(builtins, name, operands)).toThrow(message)
  expect(() => answer(builtins, name, operands)).toThrow(RangeError)
})
