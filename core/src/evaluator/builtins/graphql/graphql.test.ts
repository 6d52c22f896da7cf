import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'

import { answer, checkCases } from '../cases.support.ts'
import { BuiltinError } from '../operand.ts'
import { loadBuiltins, type Builtins } from '../table.ts'
import { parseQuery } from './query.ts'
import { parseSchema } from './type-system.ts'

let builtins: Builtins

beforeAll(async () => {
  builtins = await loadBuiltins(['graphql.schema_is_valid', 'graphql.is_valid'])
})

describe('graphql', () => {
  it("answers gqlparser's own cases, and broken ones, as Go OPA does", async () => {
    const { count, wrong } = await checkCases('graphql.cases.jsonl')
    expect(count).toBeGreaterThan(800)
    expect(wrong).toEqual([])
  })

  it.each([
    ['[{"definitions": []}]', 'definitions of a syntax tree is not read'],
    ['[{"Definitions": [{"Name": "A"}]}]', 'a kind in a syntax tree that there is none of'],
    ['[{"Definitions": [null]}]', 'a syntax tree has a hole'],
  ])('refuses trees that gqlparser fails on or reads otherwise: %s', (operands, message) => {
    const ask = (): unknown => answer(builtins, 'graphql.schema_is_valid', operands)
    expect(ask).toThrow(message)
  })

  it('reads any text, or throws a BuiltinError', () => {
    const words = [
      '{',
      '}',
      '(',
      ')',
      '[',
      ']',
      ':',
      '!',
      '=',
      '@',
      '$',
      '...',
      '|',
      '&',
      '"',
      '"""',
    ]
    const word = fc.oneof(
      fc.constantFrom(
        ...words,
        'on',
        'type',
        'query',
        'fragment',
        'extend',
        'enum',
        '#',
        '\n',
        '\\',
      ),
      fc.string({ maxLength: 4 }),
      fc.double().map(String),
    )
    const text = fc.array(word, { maxLength: 30 }).map((parts) => parts.join(' '))
    fc.assert(
      fc.property(text, (source) => {
        for (const parse of [parseQuery, parseSchema]) expectTreeOrError(() => parse(source))
      }),
      { numRuns: 500 },
    )
  })
})

function expectTreeOrError(parse: () => object): void {
  try {
    expect(parse()).toBeTypeOf('object')
  } catch (error) {
    expect(error).toBeInstanceOf(BuiltinError)
  }
}
