import fc from 'fast-check'
import { expect, test } from 'vitest'

import { JsonError } from '../json/json.ts'
import { parseJson } from '../json/parse.ts'
import { readQuestion, writeAnswer } from './question.ts'

const pathOf = (path: string) => readQuestion(path, undefined).path
const inputOf = (body: string | undefined) => readQuestion('/a', body).input?.text()

test('a path is its segments, each percent-decoded', () => {
  expect(pathOf('/a/b%2Fc/%C3%BC')).toEqual(['a', 'b/c', 'ü'])
  expect(pathOf('/a/b/')).toEqual(['a', 'b'])
  expect(pathOf('')).toEqual([])
  expect(() => pathOf('/%ff')).toThrow(JsonError)
})

test('any segments come back', () => {
  const segment = fc.string({ minLength: 1, unit: 'grapheme' })
  fc.assert(
    fc.property(fc.array(segment), (segments) => {
      expect(pathOf(`/${segments.map(encodeURIComponent).join('/')}`)).toEqual(segments)
    }),
  )
})

test.for([
  [undefined, undefined],
  ['', undefined],
  ['{}', undefined],
  ['{"input":null}', 'null'],
  ['{"input":false}', 'false'],
  ['{"input":0}', '0'],
  ['{"input":""}', '""'],
  ['{"input":{"n":445611193265040129,"d":1.0}}', '{"n":445611193265040129,"d":1.0}'],
] as const)('the body %j has the input %j', ([body, input]) => {
  expect(inputOf(body)).toBe(input)
})

test.for(['{', '[]', 'null', '"input"', '1', '1.0', '445611193265040129', '{"input":}', '{}x'])(
  'the body %s is no question',
  (body) => {
    expect(() => inputOf(body)).toThrow(JsonError)
  },
)

test('any JSON is an input, and anything else is refused as such', () => {
  fc.assert(
    fc.property(fc.json(), (input) => {
      expect(parseJson(inputOf(`{"input":${input}}`) ?? '')).toEqual(parseJson(input))
    }),
  )
  fc.assert(
    fc.property(fc.string(), (body) => {
      try {
        readQuestion(body, body)
      } catch (error) {
        expect(error).toBeInstanceOf(JsonError)
      }
    }),
  )
})

test('an answer keeps the digits, and has no result when there is none', () => {
  const made = { revision: '1.2', entrypoint: 'a' }
  const answer = writeAnswer({ ...made, reason: 'evaluated', result: 445611193265040129n }, 'id')
  expect(answer).toBe('{"result":445611193265040129,"revision":"1.2","decision_id":"id"}')
  const nothing = writeAnswer({ ...made, reason: 'undefined' }, 'id')
  expect(nothing).toBe('{"revision":"1.2","decision_id":"id"}')
})
