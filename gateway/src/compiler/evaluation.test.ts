import { afterAll, beforeAll, expect, test } from 'vitest'

import type { RegoModule } from '../catalog/units/compile.ts'
import { BUILD_MS, startCompiler } from './compiler.support.ts'
import type { WarmCompiler } from './compiler.ts'

let compiler: WarmCompiler
beforeAll(async () => {
  compiler = await startCompiler()
}, BUILD_MS)
afterAll(() => compiler.close())

const source = [
  'package a',
  'p := input.x + data.y',
  'q := to_number(input.text)',
  'r := 1',
  'r := input.x',
  'nothing := null',
].join('\n\n')
const modules: readonly RegoModule[] = [{ file: 'a.rego', source }]

test('OPA itself answers questions in their order, with every digit', async () => {
  const questions = [
    { entrypoint: 'a/p', input: { x: 9007199254740993n } },
    { entrypoint: 'a/p' },
    { query: 'data.a.nothing' },
    { entrypoint: 'a/r', input: { x: 2 } },
    { entrypoint: 'a/q', input: { text: 'x' } },
  ]
  expect(await compiler.evaluate(modules, questions, { data: { y: 1 } })).toEqual({
    outcomes: [
      { value: 9007199254740994n },
      { value: undefined },
      { value: null },
      {
        error: expect.objectContaining({
          code: 'eval_conflict_error',
          file: 'a.rego',
          row: expect.any(Number),
        }),
      },
      { value: undefined },
    ],
  })
  expect(await compiler.evaluate(modules, [])).toEqual({ outcomes: [] })
})

test('strictly when asked to', async () => {
  const question = { entrypoint: 'a/q', input: { text: 'x' } }
  expect(await compiler.evaluate(modules, [question], { strictErrors: true })).toMatchObject({
    outcomes: [{ error: { code: 'eval_builtin_error', file: 'a.rego', row: 5, column: 6 } }],
  })
})

test('in Rego v0 when asked to', async () => {
  const old = [{ file: 'old.rego', source: 'package old\n\np[x] { x := input[_] }' }]
  const question = { entrypoint: 'old/p', input: [2, 1] }
  expect(await compiler.evaluate(old, [question], { regoVersion: 0 })).toEqual({
    outcomes: [{ value: [1, 2] }],
  })
  expect(await compiler.evaluate(old, [question])).toMatchObject({
    errors: [{ code: 'rego_parse_error' }, { code: 'rego_parse_error' }],
  })
})

test('unless it takes too long', async () => {
  await using hurried = await startCompiler({ deadlineMs: 1000 })
  const endless =
    'package a\n\np if { some x in r; some y in r; some z in r; x + y + z == -1 }\n\nr := numbers.range(1, 10000)'
  const asked = hurried.evaluate([{ file: 'a.rego', source: endless }], [{ entrypoint: 'a/p' }])
  expect(await asked).toMatchObject({ errors: [{ code: 'ERR_COMPILE_DEADLINE' }] })
})
