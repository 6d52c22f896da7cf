import { afterAll, beforeAll, expect, test } from 'vitest'

import { BUILD_MS, startCompiler } from './compiler.support.ts'
import type { WarmCompiler } from './compiler.ts'

let compiler: WarmCompiler
beforeAll(async () => {
  compiler = await startCompiler()
}, BUILD_MS)
afterAll(() => compiler.close())

const good = {
  file: 'role.rego',
  source: 'package role\n\nallow if data.node.role[input.user]\n\nshout(x) := upper(x)',
}

test('an inspection names what modules define and refer to, each for itself', async () => {
  const caller = {
    file: 'caller.rego',
    source: 'package caller\n\nimport data.role\n\np := role.shout(data.nosuch.x[input.y])',
  }
  expect(await compiler.inspect([good, caller])).toEqual({
    modules: [
      {
        file: 'role.rego',
        package: 'role',
        rules: ['role/allow'],
        functions: ['role/shout'],
        refs: ['node/role'],
      },
      {
        file: 'caller.rego',
        package: 'caller',
        rules: ['caller/p'],
        functions: [],
        refs: ['nosuch/x', 'role', 'role/shout'],
      },
    ],
  })
})

test('an inspection locates errors', async () => {
  const broken = { file: 'x.rego', source: 'package x\n\np if {' }
  expect(await compiler.inspect([good, broken])).toMatchObject({
    errors: [{ file: 'x.rego', row: 3, column: 6, code: 'rego_parse_error' }],
  })
})
