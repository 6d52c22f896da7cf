import { afterAll, beforeAll, expect, test } from 'vitest'

import { BUILD_MS, startCompiler } from './compiler.support.ts'
import type { WarmCompiler } from './compiler.ts'

let compiler: WarmCompiler
beforeAll(async () => {
  compiler = await startCompiler()
}, BUILD_MS)
afterAll(() => compiler.close())

const source = `package role

default allow := false

allow if {
  some role in data.roles[input.user]
  role == "admin"
}

allow if every day in input.days { open(day) }

open(day) if day < 6

clash := 1 if input.x

clash := 2`
const modules = [{ file: 'role.rego', source }]
const data = { roles: { alice: ['dev'] } }

test('says which rules held, and what failed on which values', async () => {
  const input = { user: 'alice', days: [1, 7] }
  const explained = await compiler.explain(modules, { entrypoint: 'role/allow', input }, { data })
  expect(explained).toMatchObject({
    outcome: { value: false },
    truncated: false,
    trace: [
      {
        rule: 'data.role.allow',
        file: 'role.rego',
        row: 5,
        column: 1,
        held: false,
        steps: [
          { text: 'some role in data.roles[input.user]', held: true, bindings: { role: '"dev"' } },
          { text: 'role == "admin"', row: 7, held: false, bindings: { role: '"dev"' } },
        ],
      },
      {
        rule: 'data.role.allow',
        held: false,
        steps: [
          {
            held: false,
            entered: [
              { held: true, steps: [{ text: 'open(day)', entered: [{ rule: 'data.role.open' }] }] },
              { held: false, steps: [{ held: false, bindings: { day: '7' } }] },
            ],
          },
        ],
      },
      { rule: 'data.role.allow', default: true, held: true, value: 'false' },
    ],
  })
})

test('has the outcome whatever it is', async () => {
  const clash = { entrypoint: 'role/clash', input: { x: true } }
  expect(await compiler.explain(modules, clash)).toMatchObject({
    outcome: { error: { code: 'eval_conflict_error', file: 'role.rego' } },
    trace: expect.arrayContaining([
      expect.objectContaining({ row: 14, held: true, value: '1' }),
      expect.objectContaining({ row: 16, held: true, value: '2' }),
    ]),
  })
  expect(await compiler.explain(modules, { entrypoint: 'role/nothing' })).toEqual({
    outcome: { value: undefined },
    trace: [],
    truncated: false,
  })
  expect(await compiler.explain([], { query: '1 == 1' })).toMatchObject({
    outcome: { value: true },
  })
})

test('is bounded', async () => {
  const days = Array.from({ length: 10_000 }, () => 1)
  const explained = await compiler.explain(modules, { entrypoint: 'role/allow', input: { days } })
  expect(explained).toMatchObject({ outcome: { value: true }, truncated: true })
  expect(JSON.stringify(explained).length).toBeLessThan(20_000)
})

test('modules that do not compile are errors', async () => {
  const broken = [{ file: 'x.rego', source: 'package x\n\np if {' }]
  expect(await compiler.explain(broken, { entrypoint: 'x/p' })).toMatchObject({
    errors: [{ file: 'x.rego', row: 3 }],
  })
})
