import { beforeAll, describe, expect, it } from 'vitest'

import { checkCases } from '../cases.support.ts'
import { BuiltinError } from '../operand.ts'
import { loadBuiltins, type Builtins } from '../table.ts'

let builtins: Builtins

beforeAll(async () => {
  builtins = await loadBuiltins(['regex.match'])
})

function call(name: string, ...operands: readonly string[]): unknown {
  return builtins.get(name)?.(operands, {})
}

describe('regular expressions', () => {
  it('answer each recorded call as OPA does', async () => {
    const { count, wrong } = await checkCases('regex.cases.jsonl')
    expect(wrong).toEqual([])
    expect(count).toBeGreaterThan(2000)
  })

  it('match in linear time where backtracking would take for ever', () => {
    expect(call('regex.match', '^(a+)+$', `${'a'.repeat(20_000)}b`)).toBe(false)
    const [left, right] = ['[ab]+[ac]+', '[ad]+[ae]+'].map((glob) => glob.repeat(20))
    expect(call('regex.globs_match', `${left}x+`, `${right}y+`)).toBe(false)
  })

  it.each([
    ['regex.match', [String.raw`\p{Lu}`, '\ua7dc']],
    ['regex.match', ['(?i)\u019b', '\ua7dc']],
    ['regex.replace', ['a', 'a', '$\ua7dc']],
  ])('refuse characters that Go does not know yet: %s of %j', (name, operands) => {
    expect(() => call(name, ...operands)).toThrow('newer than Unicode 15')
    expect(call('regex.match', '\ua7dc', '\ua7dc')).toBe(true)
  })

  it('refuse two groups of one name, which only Go takes', () => {
    expect(() => call('regex.match', '(?P<n>a)|(?P<n>b)', 'b')).toThrow(RangeError)
  })

  it('forget patterns that were used long ago, and know them again', () => {
    for (let at = 0; at < 300; at++) expect(call('regex.match', `^a${at}$`, `a${at}`)).toBe(true)
    expect(call('regex.match', '^a0$', 'a')).toBe(false)
    expect(() => call('regex.match', '(', 'a')).toThrow(BuiltinError)
    expect(() => call('regex.match', '(', 'a')).toThrow(BuiltinError)
  })
})
