import fc from 'fast-check'
import { expect, it } from 'vitest'

import type { Json } from '../../../json/json.ts'
import { sourceOfValue } from '../../../json/source.ts'
import { EvaluationError } from '../../evaluator.ts'
import type { Expression, Statement } from '../program.ts'
import { createPlanEngine } from './engine.ts'

const head = { version: 1, builtins: [], entrypoints: { found: 0 }, parameters: [0] }

/** The numbers of the items of `input.items` that pass `test`, with what comes before it in the body of the loop. */
function search(
  test: Statement,
  before: readonly Statement[],
  steps: number,
): (input: Json) => string {
  const scan = [
    'scan',
    ['dot', ['input'], 'items'],
    2,
    3,
    [...before, test, ['append', 0, ['local', 2]]],
    'any',
  ]
  const block = [['make', 0, 'array'], ['let', 1, ['dot', ['input'], 'wanted']], scan]
  const body = { slots: 4, result: 0, clears: [0, 1], blocks: [block] }
  const program = [head, body].map((line) => JSON.stringify(line)).join('\n')
  const engine = createPlanEngine(program, { builtins: new Map(), limits: { steps } })
  engine.setData(sourceOfValue({}))
  return (input) => {
    try {
      return JSON.stringify(engine.evaluate('found', sourceOfValue(input)))
    } catch (error) {
      return error instanceof EvaluationError ? error.code : String(error)
    }
  }
}

const member: Expression = ['dot', ['local', 3], 'kind']
const tests: readonly Statement[] = [
  ['equal', member, ['local', 1]],
  ['equal', ['local', 1], member],
  ['equal', member, 'a'],
]

const value = fc.constantFrom<Json>('a', 'b', 1, null, ['a'], { kind: 'a' })
const item = fc.oneof(value, fc.record({ kind: value }), fc.record({ kind: value, text: value }))

it.each(tests)('finds what a loop over all items finds, in as many steps: %j', (...test) => {
  const everything: Statement = ['defined', true]
  const found = new Set<string>()
  fc.assert(
    fc.property(fc.array(item), value, fc.integer({ min: 1, max: 12 }), (items, wanted, steps) => {
      const [seeks, loops] = [[], [everything]].map((before) =>
        search(test as Statement, before, steps),
      )
      const answer = seeks?.({ items, wanted })
      expect(answer).toBe(loops?.({ items, wanted }))
      found.add(answer ?? '')
    }),
  )
  expect(found).toContain('ERR_LIMIT')
  expect(found.size).toBeGreaterThan(3)
})

it('finds in sets what it finds in lists', () => {
  const scan: Statement = [
    'scan',
    ['set', [['array', []], 'a', ['object', ['kind', 'b']], ['object', ['kind', 'a']]]],
    2,
    3,
    [
      ['equal', member, 'a'],
      ['append', 0, ['local', 3]],
    ],
    'any',
  ]
  const body = { slots: 4, result: 0, clears: [0], blocks: [[['make', 0, 'array'], scan]] }
  const engine = createPlanEngine([head, body].map((line) => JSON.stringify(line)).join('\n'), {
    builtins: new Map(),
  })
  engine.setData(sourceOfValue({}))
  expect(engine.evaluate('found', sourceOfValue({}))).toEqual([{ kind: 'a' }])
})
