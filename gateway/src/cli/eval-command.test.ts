import { join } from 'node:path'

import { expect, test } from 'vitest'

import { folderOf, vedette } from './cli.support.ts'

const engines = ['plan', 'wasm', 'native']

const folder = await folderOf({
  'a.rego': `package a

allow if input.user in data.users
items contains x if some x in array.concat(data.numbers, [2, 1])
half := input.n / 0
`,
  'old.rego': 'package old\n\np { input.user }\n',
  'data.json': '{"users": ["alice"], "numbers": [1.50, 12345678901234567890]}',
  'input.json': '{"user": "alice", "n": 1}',
})
const [policy = '', old = '', data = '', input = ''] = [
  'a.rego',
  'old.rego',
  'data.json',
  'input.json',
].map((name) => join(folder, name))

test.each(engines)('%s: a rule, with data and input', async (engine) => {
  const args = ['eval', '--engine', engine, '-d', data, '-i', input, '-e', 'a/allow', policy]
  expect(await vedette(args)).toEqual({ code: 0, out: 'true\n', err: '' })
})

test.each(engines)('%s: sets in order, numbers with their digits', async (engine) => {
  const { out } = await vedette(['eval', '--engine', engine, '-d', data, '-e', 'a/items', policy])
  expect(out).toBe('[1,1.50,2,12345678901234567890]\n')
})

test.each(engines)('%s: undefined prints nothing but a word aside', async (engine) => {
  const { code, out, err } = await vedette(['eval', '--engine', engine, '-e', 'a/allow', policy])
  expect([code, out, err]).toEqual([0, '', 'undefined\n'])
})

test('the input may come on standard input', async () => {
  const { out } = await vedette(
    ['eval', '-d', data, '-i', '-', '-e', 'a/allow', policy],
    '{"user":"alice"}',
  )
  expect(out).toBe('true\n')
})

test.each(['plan', 'native'])(
  '%s: an error of a builtin is the evaluation`s when strict',
  async (engine) => {
    const { code, out, err } = await vedette([
      'eval',
      '--engine',
      engine,
      '-i',
      input,
      '--strict',
      '-e',
      'a/half',
      policy,
    ])
    expect([code, out, err]).toEqual([1, '', expect.stringContaining('divide by zero')])
  },
)

test('Rego v0', async () => {
  expect((await vedette(['eval', '--v0', '-i', input, '-e', 'old/p', old])).out).toBe('true\n')
  expect((await vedette(['eval', '-i', input, '-e', 'old/p', old])).code).toBe(1)
})

test('tests in a folder may call what replicas lack; they are there if they are named', async () => {
  const both = await folderOf({
    'a.rego': 'package a\n\np := 1\n',
    'a_test.rego':
      'package a\n\nq := 2\n\ntest_p if net.lookup_ip_addr("x") with net.lookup_ip_addr as {"y"}\n',
  })
  const named = join(both, 'a_test.rego')
  expect((await vedette(['eval', '-e', 'a', both])).out).toBe('{"p":1}\n')
  expect((await vedette(['eval', '-e', 'a/p', both, named])).err).toMatch(/lookup_ip_addr is not/)
  const native = ['eval', '--engine', 'native', '-e', 'a/q']
  expect((await vedette([...native, both, named])).out).toBe('2\n')
})

test('a compile error says where', async () => {
  const bad = join(await folderOf({ 'bad.rego': 'package bad\n\np := x\n' }), 'bad.rego')
  const { code, out, err } = await vedette(['eval', '-e', 'bad/p', bad])
  expect([code, out, err]).toEqual([1, '', `${bad}:3:6: rego_unsafe_var_error: var x is unsafe\n`])
})

test('what is missing or not JSON is said in a line', async () => {
  expect((await vedette(['eval', policy])).err).toBe(
    'vedette: say what to evaluate: -e package/rule\n',
  )
  expect((await vedette(['eval', '-e', 'a/allow'])).err).toBe(
    'vedette: name .rego files, or folders of them\n',
  )
  expect((await vedette(['eval', '-d', policy, '-e', 'a/allow', policy])).err).toMatch(
    /a\.rego: .*line 1/,
  )
})
