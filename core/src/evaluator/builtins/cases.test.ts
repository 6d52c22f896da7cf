import { describe, expect, it } from 'vitest'

import { EvaluationError } from '../evaluator.ts'
import { readLines } from '../fixtures/fixtures.ts'
import { formatValue } from '../value-format.ts'
import { parseValue } from '../value-text.ts'
import type { RegoValue } from '../value.ts'
import { BuiltinError } from './operand.ts'
import { loadBuiltins, type Builtins } from './table.ts'

/** One call as OPA answers it: a value, or `error`, `halt` (of the evaluation), `bytes` (that are no text). */
type Case = { readonly name: string; readonly operands: string; readonly answer: string }

describe.each(['encodings', 'globs', 'net', 'objects', 'strings', 'yaml'])(
  'builtins of %s',
  (group) => {
    it('answer each case as OPA does', async () => {
      const cases = (await readLines(`${group}.cases.tsv`)).map(caseFrom)
      const builtins = await loadBuiltins(cases.map(({ name }) => name))
      const wrong = cases.filter((each) => answerOf(builtins, each) !== expectationOf(each))
      expect(cases.length).toBeGreaterThan(500)
      expect(wrong).toEqual([])
    })
  },
)

describe('builtins', () => {
  it.each([
    ['sprintf', '["%[2]*d", [1, 2]]', 'numbered value'],
    ['sprintf', '["%w", [12345678901234567890]]', '%w of a large integer'],
    ['strings.replace_n', '[{"": "-"}, "é"]', 'bytes of a character'],
    ['json.unmarshal', `["${'['.repeat(1001)}${']'.repeat(1001)}"]`, 'nested too deep'],
    ['yaml.marshal', '[{"a\\nb": 1}]', 'keys of several lines'],
    ['yaml.unmarshal', '["&a 1"]', 'anchor'],
    ['yaml.unmarshal', '["!!str 1"]', 'tag'],
    ['yaml.unmarshal', '["a:\\t1"]', 'line break out of the ordinary'],
    ['yaml.unmarshal', '["k: |\\n  text"]', 'block at the very end'],
    ['yaml.unmarshal', '["<<: {a: 1}"]', 'merge'],
    ['yaml.is_valid', '["a: [1,\\n2]"]', 'BAD_INDENT'],
  ])('refuse what they could not answer as OPA: %s%s', async (name, operands, message) => {
    const builtin = (await loadBuiltins([name])).get(name)
    const values = parseValue(operands) as readonly RegoValue[]
    expect(() => builtin?.(values, {})).toThrow(RangeError)
    expect(() => builtin?.(values, {})).toThrow(message)
  })
})

function caseFrom(line: string): Case {
  const [name = '', operands = '', answer = ''] = line.split('\t')
  return { name, operands, answer }
}

const failures = ['bytes', 'error', 'halt']

/** As we write values: Go escapes other characters. */
function expectationOf({ answer }: Case): string {
  return failures.includes(answer) ? answer : formatValue(parseValue(answer))
}

function answerOf(builtins: Builtins, { name, operands }: Case): string {
  try {
    const values = parseValue(operands)
    const value = Array.isArray(values) ? builtins.get(name)?.(values, {}) : undefined
    return value === undefined ? 'undefined' : formatValue(value)
  } catch (error) {
    return failureOf(error)
  }
}

function failureOf(error: unknown): string {
  if (error instanceof BuiltinError) return 'error'
  if (error instanceof EvaluationError) return 'halt'
  return error instanceof RangeError ? 'bytes' : String(error)
}
