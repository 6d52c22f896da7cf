import { afterAll, beforeAll, expect, test } from 'vitest'

import { BUILD_MS, startCompiler } from './compiler.support.ts'
import type { WarmCompiler } from './compiler.ts'

let compiler: WarmCompiler
beforeAll(async () => {
  compiler = await startCompiler()
}, BUILD_MS)
afterAll(() => compiler.close())

const modules = [
  {
    file: 'role.rego',
    source: 'package role\n\nallow if data.admins[input.user]\n\nunused if input.x == 1',
  },
  {
    file: 'role_test.rego',
    source: [
      'package role_test',
      'import data.role',
      'test_admin if role.allow with input.user as "alice"',
      'test_other if {\n\tprint("not she")\n\trole.allow with input.user as "bob"\n}',
      'todo_test_later if true',
      'test_clash if clash',
      'clash := 1',
      'clash := 2',
    ].join('\n\n'),
  },
]

test('tests pass, fail, are skipped, or cannot be evaluated', async () => {
  const examined = await compiler.test(modules, { data: { admins: { alice: true } } })
  if ('errors' in examined) throw new Error(JSON.stringify(examined))
  expect(examined.tests).toMatchObject([
    { package: 'data.role_test', name: 'test_admin', outcome: 'pass', file: 'role_test.rego' },
    { name: 'test_other', outcome: 'fail', row: 7, column: 1, output: 'not she\n' },
    { name: 'todo_test_later', outcome: 'skip' },
    { name: 'test_clash', outcome: 'error', failure: { code: 'eval_conflict_error' } },
  ])
  expect(examined.tests.every(({ durationNs }) => durationNs >= 0)).toBe(true)
})

test('coverage is counted as OPA does', async () => {
  const { coverage } = (await compiler.test(modules.slice(0, 1))) as { coverage: unknown }
  expect(coverage).toMatchObject({ covered_lines: 0, not_covered_lines: 2, coverage: 0 })
  expect(
    await compiler.test([
      { file: 'a.rego', source: 'package a\n\np if input.x\n\nq if input.y\n\nr if input.z' },
      { file: 'b.rego', source: 'package b\n\ntest_p if data.a.p with input.x as 1' },
    ]),
  ).toMatchObject({
    coverage: {
      files: {
        'a.rego': {
          covered: [{ start: { row: 3 } }, { start: { row: 3 } }],
          not_covered: [{}, {}, {}, {}],
          coverage: 33.333333333333336,
        },
        'b.rego': { coverage: 100 },
      },
      coverage: 50,
    },
  })
})

test('tests that do not compile are errors', async () => {
  const broken = { file: 'x_test.rego', source: 'package x\n\ntest_p if y' }
  expect(await compiler.test([broken])).toMatchObject({
    errors: [{ file: 'x_test.rego', row: 3, code: 'rego_unsafe_var_error' }],
  })
})
