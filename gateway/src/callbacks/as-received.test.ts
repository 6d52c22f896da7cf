import type { Json } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { parseAsReceived } from './as-received.ts'
import { hashOf } from './entry-hash.ts'
import { pythonJson } from './python-json.ts'

test.for([
  ['{"b": 1, "2": 1, "1": 2}'],
  ['[{"a": {"10": {"x": 1, "3": 2}, "9": 2}}]'],
  ['{"007": 1, "7": 2, "x\\"12": 3, "\\\\": {"4": 1, "2": "\\"5\\":"}, "0": "6"}'],
  ['{"b": 1, "1": 2, "\uE000a": 3}', '{"b": 1, "1": 2, "\\ue000a": 3}'],
  ['{"a": 1, "1": 2, "a": 3, "1": 4, "0": 5}', '{"a": 3, "1": 4, "0": 5}'],
])('names like an index stay where they were: %s', ([text = '', python = text]) => {
  expect(parseAsReceived(text)).toEqual(parseJson(text))
  expect(pythonJson(parseAsReceived(text))).toBe(python)
})

test('whatever the names are, the value is the same, and is written as it was', () => {
  const name = fc.oneof(fc.nat(20).map(String), fc.string())
  const members = fc.uniqueArray(fc.tuple(name, fc.string()), { selector: ([key]) => key })
  fc.assert(
    fc.property(members, (each) => {
      const written = each.map(([key, value]) => `${pythonJson(key)}: ${pythonJson(value)}`)
      const text = `{${written.join(', ')}}`
      const value: Json = parseAsReceived(text)
      expect(value).toEqual(parseJson(text))
      expect(pythonJson(value)).toBe(text)
    }),
  )
})

test("the hash is of the order received, as OPAL's", () => {
  const hash = '8966965a75c02992c8df099d742902d23bf89d6c507916523948783be7242a14'
  expect(hashOf(parseAsReceived('{"b":1,"2":1,"1":2}'))).toBe(hash)
})
