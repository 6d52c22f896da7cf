import { parseJson } from '@vedette/core/json/parse'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { readPath, readQuestion } from './question.ts'

const at = (path: string) => readPath(`http://edge${path}`)

test('a path is its segments, each percent-decoded', () => {
  expect(at('/v1/data/a/b%2Fc/%C3%BC?pretty#x')).toEqual(['a', 'b/c', 'ü'])
  expect(at('/v1/data//a//b/')).toEqual(['a', '', 'b'])
  expect(at('/v1/data')).toEqual([])
  expect(at('/v1/data/%ff')).toBeUndefined()
})

test('any segments come back', () => {
  const segment = fc
    .string({ minLength: 1, unit: 'grapheme' })
    .filter((text) => !/^\.\.?$/.test(text))
  fc.assert(
    fc.property(fc.array(segment), (segments) => {
      expect(at(`/v1/data/${segments.map(encodeURIComponent).join('/')}`)).toEqual(segments)
    }),
  )
})

test.for([
  ['', undefined],
  [' \n', undefined],
  ['{}', undefined],
  ['{"input":null}', 'null'],
  ['{"input":false}', 'false'],
  ['{"input":0}', '0'],
  ['{"input":""}', '""'],
  ['{"input":{"n":445611193265040129,"d":1.0}}', '{"n":445611193265040129,"d":1.0}'],
] as const)('the body %j has the input %j', ([body, input]) => {
  expect(readQuestion(body)).toEqual({ input })
})

test.for(['{', '[]', 'null', '"input"', '{"input":}', '{"input":1}x'])(
  '%j is no question',
  (body) => {
    expect(readQuestion(body)).toEqual({ fault: expect.stringMatching(/./) })
  },
)

test('any JSON is taken for what it is, anything else is a fault', () => {
  fc.assert(
    fc.property(fc.json(), (input) => {
      const question = readQuestion(`{"input":${input}}`)
      expect(question).toEqual({ input: expect.any(String) })
      expect(parseJson('input' in question ? (question.input ?? '') : '')).toEqual(parseJson(input))
    }),
  )
  fc.assert(fc.property(fc.string(), (body) => void readQuestion(body)))
})
