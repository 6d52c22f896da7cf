import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { parseAnswer } from './answer.ts'
import { HelperError } from './helper-error.ts'
import { UnitSchema } from './unit.ts'

const unit = {
  wasm: 'AGFzbQ==',
  plan: { plans: { plans: [] } },
  entrypoints: ['a'],
  packages: ['a'],
  functions: [],
  reads: [[]],
}
const error = { file: 'a.rego', row: 1, column: 2, code: 'rego_parse_error', message: 'no' }

describe('an answer of the helper', () => {
  test('a unit, with its bytes', () => {
    expect(parseAnswer(JSON.stringify({ id: 1, ...unit }), UnitSchema)).toEqual({
      unit: { ...unit, wasm: new Uint8Array([0, 0x61, 0x73, 0x6d]) },
    })
  })

  test('located errors', () => {
    expect(parseAnswer(JSON.stringify({ id: 1, errors: [error] }), UnitSchema)).toEqual({
      errors: [error],
    })
  })

  test('a panic of OPA is a crash', () => {
    const line = JSON.stringify({
      id: 1,
      error: { code: 'ERR_PANIC', message: 'index out of range' },
    })
    expect(() => parseAnswer(line, UnitSchema)).toThrow(
      expect.objectContaining({ code: 'ERR_COMPILER_CRASHED', message: 'index out of range' }),
    )
  })

  test.each([
    ['no errors at all', { errors: [] }],
    ['an error before the first row', { errors: [{ ...error, row: 0 }] }],
    ['wasm that is no base64', { ...unit, wasm: '*' }],
    ['a plan that is no object', { ...unit, plan: [] }],
    ['a unit without reads', { ...unit, reads: undefined }],
  ])('%s is nonsense', (_, body) => {
    expect(() => parseAnswer(JSON.stringify({ id: 1, ...body }), UnitSchema)).toThrow(HelperError)
  })

  test('whatever comes, it is an answer or a HelperError', () => {
    const body = fc.record(
      {
        wasm: fc.oneof(fc.base64String(), fc.jsonValue()),
        plan: fc.oneof(fc.object(), fc.jsonValue()),
        entrypoints: fc.oneof(fc.array(fc.string()), fc.jsonValue()),
        packages: fc.array(fc.string()),
        functions: fc.array(fc.string()),
        reads: fc.oneof(fc.array(fc.array(fc.string())), fc.jsonValue()),
        errors: fc.jsonValue(),
        error: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    const lines = fc.oneof(
      fc.string(),
      fc.json(),
      body.map((value) => JSON.stringify(value)),
    )
    fc.assert(
      fc.property(lines, (line) => {
        try {
          const result = parseAnswer(line, UnitSchema)
          return 'unit' in result
            ? result.unit.wasm instanceof Uint8Array
            : result.errors.length > 0
        } catch (thrown) {
          return thrown instanceof HelperError
        }
      }),
    )
  })
})
