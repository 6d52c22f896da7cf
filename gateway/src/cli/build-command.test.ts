import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { expect, test } from 'vitest'

import { folderOf, vedette } from './cli.support.ts'

const run = promisify(execFile)

test('a bundle has sources without tests, data where a deployment puts it, and wasm', async () => {
  const folder = await folderOf({
    'a.rego': 'package a\n\np := data.node\n',
    'a_test.rego': 'package a_test\n\ntest_p if data.a.p\n',
    'data.json': '{"n": 1.50}',
  })
  const [bundle, output] = [join(folder, 'out.tar.gz'), await folderOf({})]
  expect(await vedette(['build', '-o', bundle, folder])).toEqual({ code: 0, out: '', err: '' })
  await run('tar', ['xzf', bundle, '-C', output])
  const name = folder.split('/').at(-1)
  expect(await readFile(join(output, 'data.json'), 'utf8')).toBe(
    `{"node":{"${name}":{"n":1.50}}}\n`,
  )
  expect(await readFile(join(output, folder, 'a.rego'), 'utf8')).toBe(
    'package a\n\np := data.node\n',
  )
  await expect(readFile(join(output, folder, 'a_test.rego'))).rejects.toThrow('ENOENT')
  expect(JSON.parse(await readFile(join(output, '.manifest'), 'utf8'))).toMatchObject({
    rego_version: 1,
    metadata: { entrypoints: ['a', 'a/p'] },
  })
  expect((await readFile(join(output, 'policy.wasm'))).subarray(0, 4).toString()).toBe('\0asm')
})

test.each([
  ['does not compile', 'x', 'rego_unsafe_var_error: var x is unsafe'],
  [
    'needs what the replicas lack',
    'http.send({})',
    'rego_type_error: builtin http.send is not available in the replicas',
  ],
])('a policy that %s makes no bundle', async (_, rule, error) => {
  const folder = await folderOf({ 'a.rego': `package a\n\np := ${rule}\n` })
  const { code, err } = await vedette(['build', '-o', join(folder, 'out.tar.gz'), folder])
  expect([code, err]).toEqual([1, `${folder}/a.rego:3:6: ${error}\n`])
})

test('tests alone make no bundle', async () => {
  const folder = await folderOf({ 'a_test.rego': 'package a\n\ntest_p if true\n' })
  const { code, err } = await vedette(['build', '-o', join(folder, 'out.tar.gz'), folder])
  expect([code, err]).toEqual([1, 'vedette: there is nothing but tests\n'])
})
