import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'

import { isJsonArray, isJsonNumber, isJsonObject } from '../../json/equal.ts'
import type { Json } from '../../json/json.ts'
import { canonicalNumber } from '../../json/number.ts'
import { sourceOfValue } from '../../json/source.ts'
import { loadBuiltins, type Builtins } from '../builtins/table.ts'
import type { Engine } from '../evaluator.ts'
import { compileFixture, readPlan } from '../fixtures/fixtures.ts'
import { createWasmEngine } from '../wasm/engine.ts'
import { optimise } from './optimiser/optimise.ts'
import { createPlanEngine } from './runtime/engine.ts'

let builtins: Builtins

beforeAll(async () => {
  builtins = await loadBuiltins()
})

/** What the policies ask for, and what nobody should ask for. */
const asked =
  'a b c d k l list user users roles word words action permissions prefix resource path owner node id alice admin kept'
const unasked = '__proto__ constructor length size text 0 1 $a 😀 \uffff inner same fixed'
const key = fc.constantFrom('', ...asked.split(' '), ...unasked.split(' '))
const scalar = fc.oneof(
  key,
  fc.constantFrom<Json>(
    null,
    true,
    false,
    0,
    1,
    2,
    -1,
    2.5,
    'x',
    'first',
    'second',
    'get',
    'go',
    'put',
    '/a/b',
  ),
)
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    scalar,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(key, tie('json'), { maxKeys: 5 }),
  ),
}))
// Not a number, nor the text of one: the wasm does not look for members and items of data by the other, as OPA does.
const word = scalar.filter(
  (value) => typeof value !== 'number' && (typeof value !== 'string' || !/^\d/.test(value)),
)
const words = fc.array(scalar, { maxLength: 4 })
const input = fc.oneof(
  json,
  fc.record(
    {
      a: json,
      b: json,
      user: word,
      word,
      words,
      action: scalar,
      resource: json,
      list: words,
      id: scalar,
    },
    { requiredKeys: [] },
  ),
)
const users = fc.dictionary(key, fc.record({ roles: words }, { requiredKeys: [] }), { maxKeys: 3 })
const permissions = fc.array(fc.dictionary(key, scalar, { maxKeys: 3 }), { maxLength: 3 })
const roles = fc.dictionary(key, fc.record({ permissions }), { maxKeys: 3 })
const node = fc.oneof(
  json,
  fc.record({ users, roles, kept: json, same: json, id: scalar }, { requiredKeys: [] }),
)

describe.each([
  ['rbac', 300],
  ['shapes', 300],
  ['semantics', 700],
] as const)('the program of %s', (policy, numRuns) => {
  it('answers whatever it is asked as the wasm does', async () => {
    const plan = createPlanEngine(optimise(await readPlan(policy)), { builtins })
    const wasm = createWasmEngine(await compileFixture(policy), { builtins })
    const entrypoint = fc.constantFrom(...plan.entrypoints)
    expect([...plan.entrypoints].sort()).toEqual([...wasm.entrypoints].sort())
    fc.assert(
      fc.property(
        node,
        fc.array(fc.tuple(entrypoint, input), { minLength: 8, maxLength: 8 }),
        (data, questions) => {
          for (const engine of [plan, wasm]) engine.setData(sourceOfValue({ node: data }))
          for (const [name, question] of questions) {
            const expected = answerOf(wasm, name, question)
            expect(answerOf(plan, name, question), name).toEqual(expected)
          }
        },
      ),
      { numRuns },
    )
  })
})

/** Errors are one answer. */
function answerOf(engine: Engine, entrypoint: string, question: Json): unknown {
  try {
    return comparable(engine.evaluate(entrypoint, sourceOfValue(question)))
  } catch {
    return 'an error'
  }
}

/** As text, numbers by value. The wasm engine's order of items that came out of a set is not OPA's. */
function comparable(value: Json | undefined): string {
  if (value === undefined) return 'undefined'
  if (isJsonNumber(value)) return String(canonicalNumber(value))
  if (isJsonArray(value)) return `[${value.map(comparable).sort().join()}]`
  if (!isJsonObject(value)) return JSON.stringify(value)
  const members = Object.entries(value).map(
    ([name, item]) => `${JSON.stringify(name)}:${comparable(item)}`,
  )
  return `{${members.sort().join()}}`
}
