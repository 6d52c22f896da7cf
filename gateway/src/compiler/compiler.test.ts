import * as opa from '@open-policy-agent/opa-wasm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Refusal } from './answer.ts'
import { ensureHelper } from './build.ts'
import { BUILD_MS, nested, script, startCompiler, watchedHelper } from './compiler.support.ts'
import type { WarmCompiler } from './compiler.ts'
import { createOracle } from './oracle.support.ts'
import type { BuiltUnit } from './unit.ts'

const role = `package role

default allow := false

allow if data.node.role[input.user] == "admin"

shout(x) := upper(x)`
const good = { file: 'role.rego', source: role }

let compiler: WarmCompiler
beforeAll(async () => {
  compiler = await startCompiler()
}, BUILD_MS)
afterAll(() => compiler.close())

describe('a unit', () => {
  test('says what may be asked and what it reads', async () => {
    expect(unitOf(await compiler.compile([good]))).toMatchObject({
      packages: ['role'],
      entrypoints: ['role', 'role/allow'],
      functions: ['role/shout'],
      reads: [['node', 'role']],
    })
  })

  test('has its entrypoints in the order of the wasm, which decides as OPA does', async () => {
    const other = {
      file: 'b/c.rego',
      source: 'package b.c\n\np := data.role.allow\n\nb[x] := 1 if x := input.user',
    }
    const { wasm, entrypoints } = unitOf(await compiler.compile([good, other]))
    const policy = await opa.loadPolicy(wasm.buffer)
    const data = { node: { role: { alice: 'admin' } } }
    policy.setData(data)
    const table = Object.entries<number>(policy.entrypoints).toSorted(([, a], [, b]) => a - b)
    expect(table.map(([name]) => name)).toEqual(entrypoints)
    const oracle = createOracle(await ensureHelper())
    for (const user of ['alice', 'bob']) {
      for (const entrypoint of entrypoints) {
        const [answer] = policy.evaluate({ user }, entrypoint) as { result: unknown }[]
        const query = `data.${entrypoint.replaceAll('/', '.')}`
        const asked = {
          modules: [good, other],
          query,
          data: JSON.stringify(data),
          input: JSON.stringify({ user }),
        }
        expect(answer?.result, query).toEqual(await oracle.evaluate(asked))
      }
    }
    await oracle.close()
  })

  test('has a plan for the same entrypoints', async () => {
    const { plan, entrypoints } = unitOf(await compiler.compile([good]))
    expect(plan).toMatchObject({ plans: { plans: entrypoints.map((name) => ({ name })) } })
  })

  test('only what its own files define can be asked', async () => {
    const library = { file: 'lib.rego', source: 'package lib\n\np := data.node.limit' }
    const own = { file: 'own.rego', source: 'package own\n\np if input.x > data.lib.p' }
    expect(unitOf(await compiler.compile([own, library], ['own.rego']))).toMatchObject({
      packages: ['own'],
      entrypoints: ['own', 'own/p'],
      reads: [['node', 'limit']],
    })
  })

  test('without a rule is a unit, too', async () => {
    const { entrypoints, packages } = unitOf(
      await compiler.compile([{ file: 'a', source: 'package a' }]),
    )
    expect({ entrypoints, packages }).toEqual({ entrypoints: [], packages: ['a'] })
  })
})

describe('errors name file, row and column', () => {
  test.each([
    ['syntax', 'p if {', 6, 'rego_parse_error', /unexpected eof/],
    ['types', 'p := 1 + "x"', 6, 'rego_type_error', /plus: invalid argument/],
    ['an unsafe variable', 'p if x > 1', 6, 'rego_unsafe_var_error', /var x is unsafe/],
    ['an undefined function', 'p if nosuch(1)', 6, 'rego_type_error', /nosuch/],
    ['recursion', 'p if p', 1, 'rego_recursion_error', /is recursive/],
    [
      'a builtin of OPA that the replicas lack',
      'p := http.send({})',
      6,
      'rego_type_error',
      /http\.send is not available in the replicas/,
    ],
  ])('%s', async (_, rule, column, code, message) => {
    const broken = ['x', 'y'].map((name) => ({
      file: `${name}.rego`,
      source: `package ${name}\n\n${rule}`,
    }))
    const errors = errorsOf(await compiler.compile([good, ...broken]))
    expect(errors).toEqual(
      ['x.rego', 'y.rego'].map((file) => ({
        file,
        row: 3,
        column,
        code,
        message: expect.stringMatching(message),
      })),
    )
  })
})

describe('limits', () => {
  test('a source that is too large', async () => {
    await using small = await startCompiler({ maxSourceBytes: role.length })
    const large = { file: 'large.rego', source: `package b\n# ${'é'.repeat(role.length / 2)}` }
    expect(errorsOf(await small.compile([good, large]))).toEqual([
      expect.objectContaining({
        file: 'large.rego',
        row: 1,
        column: 1,
        code: 'ERR_SOURCE_TOO_LARGE',
      }),
    ])
    expect(unitOf(await small.compile([good])).packages).toEqual(['role'])
  })

  test('a source of a megabyte is not', async () => {
    const source = `${role}\n# ${'x'.repeat(1024 * 1024 - role.length - 3)}`
    expect(unitOf(await compiler.compile([{ file: 'role.rego', source }])).packages).toEqual([
      'role',
    ])
  })

  test('a compilation past its deadline is killed, and the next one works', async () => {
    await using hurried = await startCompiler({ deadlineMs: 1000 })
    const slow = { file: 'slow.rego', source: nested(25) }
    const late = { row: 1, column: 1, code: 'ERR_COMPILE_DEADLINE' }
    expect(errorsOf(await hurried.compile([slow]))).toMatchObject([{ ...late, file: 'slow.rego' }])
    expect(unitOf(await hurried.compile([good])).packages).toEqual(['role'])
    expect(errorsOf(await hurried.compile([good, slow]))).toMatchObject([{ ...late, file: '' }])
  })

  test(
    'a compilation that takes too much memory ends its helper only',
    { timeout: 60_000 },
    async () => {
      const path = await script(`GOMEMLIMIT=64MiB exec '${await ensureHelper()}'`)
      await using poor = await startCompiler({ helperPath: path, maxSourceBytes: Infinity })
      const huge = { file: 'huge.rego', source: `${role}\n# ${'x'.repeat(100 * 1024 * 1024)}` }
      expect(errorsOf(await poor.compile([huge]))).toMatchObject([
        // Go out of memory says so, or falls over a page it was not given.
        { code: 'ERR_COMPILER_CRASHED', message: expect.stringMatching(/memory|SIGSEGV/) },
      ])
      expect(unitOf(await poor.compile([good])).packages).toEqual(['role'])
    },
  )
})

describe('processes', () => {
  test('two are there from the start, and there is no third', async () => {
    const helper = await watchedHelper()
    await using pooled = await startCompiler({ helperPath: helper.path })
    await expect.poll(helper.pids).toHaveLength(2)
    const results = await Promise.all(Array.from({ length: 8 }, () => pooled.compile([good])))
    expect(
      new Set(results.map((result) => Buffer.from(unitOf(result).wasm).toString('hex'))).size,
    ).toBe(1)
    expect(await helper.pids()).toHaveLength(2)
  })

  test('a long compilation does not hold up a short one', async () => {
    await using busy = await startCompiler({ deadlineMs: 60_000 })
    const long = busy.compile([{ file: 'slow.rego', source: nested(25) }])
    expect(unitOf(await busy.compile([good])).packages).toEqual(['role'])
    await busy.close()
    expect(errorsOf(await long)).toMatchObject([{ code: 'ERR_COMPILER_CLOSED' }])
  })

  test('one that is killed while it compiles is answered for and replaced', async () => {
    const helper = await watchedHelper()
    await using fragile = await startCompiler({ helperPath: helper.path, deadlineMs: 60_000 })
    const asked = fragile.compile([{ file: 'slow.rego', source: nested(25) }])
    await expect.poll(helper.pids).toHaveLength(2)
    for (const pid of await helper.pids()) process.kill(pid, 'SIGKILL')
    expect(errorsOf(await asked)).toMatchObject([
      { file: 'slow.rego', code: 'ERR_COMPILER_CRASHED' },
    ])
    expect(unitOf(await fragile.compile([good])).packages).toEqual(['role'])
  })

  test('one that is killed while idle is replaced', async () => {
    const helper = await watchedHelper()
    await using fragile = await startCompiler({ helperPath: helper.path })
    await fragile.compile([good])
    for (const pid of await helper.pids()) process.kill(pid, 'SIGKILL')
    await expect.poll(() => fragile.compile([good])).toHaveProperty('unit')
  })

  test('one that cannot be started is an answer', async () => {
    await using lost = await startCompiler({ helperPath: '/nowhere/vedette-compiler' })
    const crashed = [{ code: 'ERR_COMPILER_CRASHED', message: expect.stringContaining('ENOENT') }]
    expect(errorsOf(await lost.compile([good]))).toMatchObject(crashed)
    expect(errorsOf(await lost.compile([good]))).toMatchObject(crashed)
  })

  test('after close nothing is compiled', async () => {
    const closed = await startCompiler()
    await closed.close()
    expect(errorsOf(await closed.compile([good]))).toMatchObject([{ code: 'ERR_COMPILER_CLOSED' }])
  })
})

type Compiled = { readonly unit: BuiltUnit } | Refusal

function unitOf(result: Compiled): BuiltUnit {
  if ('errors' in result) throw new Error(JSON.stringify(result.errors))
  return result.unit
}

function errorsOf(result: Compiled): unknown {
  return 'errors' in result ? result.errors : 'no errors'
}
