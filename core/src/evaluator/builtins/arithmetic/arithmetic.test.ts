import { beforeAll, describe, expect, it } from 'vitest'

import { toJson } from '../../value-json.ts'
import { answer, checkCases } from '../cases.support.ts'
import { loadBuiltins, type Builtins } from '../table.ts'

let builtins: Builtins

beforeAll(async () => {
  builtins = await loadBuiltins(['plus', 'equal', 'numbers.range'])
})

describe('arithmetic', () => {
  it('computes and writes numbers as Go OPA does', async () => {
    const { count, wrong } = await checkCases('arithmetic.cases.jsonl')
    expect(count).toBeGreaterThan(5000)
    expect(wrong).toEqual([])
  })

  it('computes with numbers in spellings that JSON does not know, and never answers one', () => {
    const seven = builtins.get('to_number')?.(['+007.50'], {}) ?? null
    expect(builtins.get('plus')?.([seven, 1], {})).toBe(8.5)
    expect(builtins.get('equal')?.([seven, 7.5], {})).toBe(true)
    expect(() => toJson([seven])).toThrow('JSON cannot hold the number +007.50')
  })

  it.each([
    ['bits.lsh', '[1, 1048577]', 'more than 1048576 bits'],
    ['mul', '[1e200000, 1e200000]', 'too many digits'],
    ['mul', '[1.5e-290000, 1e-290000]', 'too many digits'],
    ['plus', '[1e-300001, 1]', 'more than 300000 decimal places'],
    ['numbers.range', '[1, 1000001000]', 'more than 1000000 numbers'],
    ['to_number', '["0x1p4"]', 'no decimal number'],
    ['to_number', '["1_000"]', 'no decimal number'],
  ])('refuses what takes too long or would not be exact: %s of %s', (name, operands, message) => {
    expect(() => answer(builtins, name, operands)).toThrow(message)
  })

  it.each([
    ['mul', '[1e30000, 1e30000]', `1${'0'.repeat(60_000)}`],
    ['bits.lsh', '[0, 1e30]', '0'],
    ['bits.rsh', '[-1, 1e30]', '-1'],
    ['sum', '[[9007199254740991, 9007199254740991, -9007199254740991]]', '9007199254740991'],
    [
      'numbers.range',
      '[9007199254740991, 9007199254740992]',
      '[9007199254740991, 9007199254740992]',
    ],
  ])('holds at the edges: %s of %s', (name, operands, result) => {
    expect(answer(builtins, name, operands)).toBe(result)
  })
})
