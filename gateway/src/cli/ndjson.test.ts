import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

import { expect, test } from 'vitest'

import { bin, vedette } from './cli.support.ts'

const engines = ['plan', 'wasm', 'native']

async function answersTo(lines: readonly string[]): Promise<readonly string[]> {
  const { code, out } = await vedette(['eval', '--ndjson'], lines.join('\n'))
  expect(code).toBe(0)
  return out.trimEnd().split('\n')
}

test.each(engines)('%s: every line is answered, in order', async (engine) => {
  const ask = (id: number, source: string): string =>
    JSON.stringify({
      id,
      engine,
      modules: { 'a.rego': `package a\n\n${source}` },
      entrypoint: 'a/p',
      input: id,
    })
  const slow = 'p := count([x | some x in numbers.range(1, 20000); x > 5])'
  const lines = [
    ask(0, slow),
    ...Array.from({ length: 20 }, (_, at) => ask(at + 1, 'p := [input]')),
  ]
  const expected = [
    '{"id":0,"result":19995}',
    ...Array.from({ length: 20 }, (_, at) => `{"id":${at + 1},"result":[${at + 1}]}`),
  ]
  expect(await answersTo(lines)).toEqual(expected)
})

test.each(engines)(
  '%s: undefined has no result; null, false and nothing are different inputs',
  async (engine) => {
    const modules = { 'a.rego': 'package a\n\np := input\n' }
    const common = { engine, modules, entrypoint: 'a/p' }
    const lines = [{ id: 1 }, { id: 2, input: null }, { id: 3, input: false }].map((line) =>
      JSON.stringify({ ...line, ...common }),
    )
    expect(await answersTo(lines)).toEqual([
      '{"id":1}',
      '{"id":2,"result":null}',
      '{"id":3,"result":false}',
    ])
  },
)

test.each(engines)('%s: digits come back as they were sent, in ids, too', async (engine) => {
  const source = JSON.stringify('package a\n\np := [input, data.n]\n')
  const line = `{"id":{"a":[1.50,12345678901234567890]},"engine":"${engine}","modules":{"a.rego":${source}},"entrypoint":"a/p","input":0.10000000000000000001,"data":{"n":1e3}}`
  const [answer] = await answersTo([line])
  expect(answer).toBe(
    '{"id":{"a":[1.50,12345678901234567890]},"result":[0.10000000000000000001,1e3]}',
  )
})

test.each(engines)('%s: Rego v0, several modules, a package as entrypoint', async (engine) => {
  const modules = {
    'a.rego': 'package a\np[x] { x := data.b.q[_] }',
    'b.rego': 'package b\nq = ["y", "x"]',
  }
  const line = JSON.stringify({ id: 'v0', engine, modules, entrypoint: 'a', regoVersion: 0 })
  expect(await answersTo([line])).toEqual(['{"id":"v0","result":{"p":["x","y"]}}'])
})

test.each(engines)(
  '%s: what has no rules is the data there, and of a package an object',
  async (engine) => {
    const modules = { 'a.rego': 'package a.b', 'c.rego': 'package c\np := 1' }
    const ask = (id: number, entrypoint: string, data: object): string =>
      JSON.stringify({ id, engine, modules, entrypoint, data })
    const lines = [ask(1, 'a/b', {}), ask(2, 'a/b', { a: { b: { k: [7] } } }), ask(3, 'z/k', {})]
    expect(await answersTo(lines)).toEqual([
      '{"id":1,"result":{}}',
      '{"id":2,"result":{"k":[7]}}',
      '{"id":3}',
    ])
  },
)

test.each(['plan', 'native'])('%s: strict errors', async (engine) => {
  const common = {
    engine,
    modules: { 'a.rego': 'package a\np := 1 / input' },
    entrypoint: 'a/p',
    input: 0,
  }
  const lines = [{ id: 1 }, { id: 2, strictErrors: true }].map((line) =>
    JSON.stringify({ ...line, ...common }),
  )
  const [lenient, strict] = await answersTo(lines)
  expect(lenient).toBe('{"id":1}')
  expect(strict).toMatch(/^\{"id":2,"error":\{"code":"\w+","message":".*divide by zero/)
})

test.each(engines)('%s: a compile error is located', async (engine) => {
  const line = JSON.stringify({
    id: 1,
    engine,
    modules: { 'a.rego': 'package a\n\np := x' },
    entrypoint: 'a/p',
  })
  const [answer = ''] = await answersTo([line])
  expect(JSON.parse(answer)).toEqual({
    id: 1,
    error: {
      code: 'rego_unsafe_var_error',
      message: 'var x is unsafe',
      file: 'a.rego',
      row: 3,
      column: 6,
    },
  })
})

test('bad lines get an error line, and the others their answers', async () => {
  const good = JSON.stringify({
    id: 'good',
    modules: { 'a.rego': 'package a\np := 1' },
    entrypoint: 'a/p',
  })
  const bad = [
    'nonsense',
    '{"id":',
    '[]',
    '7',
    '{"id":3}',
    '{"id":4,"modules":[],"entrypoint":"a/p"}',
  ]
  const worse = [
    '{"id":5,"modules":{},"entrypoint":"a/p","data":[]}',
    '{"id":6,"modules":{},"entrypoint":"a/p","engine":"v8"}',
  ]
  const lines = [...bad, '', ...worse].flatMap((line) => (line === '' ? ['', good] : [line, good]))
  const answers = (await answersTo(lines)).map(
    (line) => JSON.parse(line) as { id: unknown; error?: { code: string } },
  )
  expect(answers.filter(({ error }) => !error)).toEqual(
    Array.from({ length: 9 }, () => ({ id: 'good', result: 1 })),
  )
  const failed = answers.filter(({ error }) => error)
  expect(failed.map(({ id }) => id)).toEqual([null, null, null, null, 3, 4, 5, 6])
  expect(new Set(failed.map(({ error }) => error?.code))).toEqual(new Set(['ERR_BAD_REQUEST']))
})

test('a line that cannot be read keeps its id where it begins with it', async () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000)
  const request = '"modules":{"a.rego":"package a"},"entrypoint":"a/p"'
  const lines = [
    `{"id": "d\\"1",${request},"input":${deep}}`,
    `{"id":12345678901234567890,${request},"input":`,
    `{"id":"\\x", nonsense`,
  ]
  const answers = await answersTo(lines)
  expect(answers.map((line) => line.split(',"error"')[0])).toEqual([
    '{"id":"d\\"1"',
    '{"id":12345678901234567890',
    '{"id":null',
  ])
})

test('an answer comes before the next question is asked', async () => {
  const child = spawn(process.execPath, [bin, 'eval', '--ndjson'])
  const lines = createInterface({ input: child.stdout })
  for (const id of [1, 2]) {
    child.stdin.write(
      `${JSON.stringify({ id, modules: { 'a.rego': 'package a\np := 1' }, entrypoint: 'a/p' })}\n`,
    )
    expect(await once(lines, 'line')).toEqual([`{"id":${id},"result":1}`])
  }
  child.stdin.end()
  expect(await once(child, 'close')).toEqual([0, null])
})

test('wasm refuses what OPA’s own runtime would answer otherwise, and answers the rest', async () => {
  const ask = (id: number, rule: string): string =>
    JSON.stringify({
      id,
      engine: 'wasm',
      modules: { 'a.rego': `package a\n\n${rule}` },
      entrypoint: 'a/p',
      input: { b: 1, a: 2 },
    })
  const lines = [ask(0, 'p := [k | some k, _ in input]'), ask(1, 'p := {k | some k, _ in input}')]
  const [unfit = '', fit] = await answersTo(lines)
  expect(JSON.parse(unfit)).toMatchObject({ id: 0, error: { code: 'ERR_ENGINE_UNFIT' } })
  expect(fit).toBe('{"id":1,"result":["a","b"]}')
})
