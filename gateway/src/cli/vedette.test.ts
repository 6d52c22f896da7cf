import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { bin, folderOf, run, vedette } from './cli.support.ts'

const oldNode = [
  '--import',
  `data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '18.20.1' })`,
]

test('an old Node hands over to the one of the project', async () => {
  const { code, out } = await run([...oldNode, bin, '--help'])
  expect([code, out]).toEqual([0, expect.stringContaining('Usage: vedette')])
})

test('an old Node says so in one line where there is no other', async () => {
  const copy = join(await folderOf({ 'package.json': '{"type":"module"}' }), 'vedette.js')
  await copyFile(bin, copy)
  const { code, out, err } = await run([...oldNode, copy, 'check', '.'])
  expect([code, out, err]).toEqual([
    1,
    '',
    expect.stringMatching(/^vedette needs Node 24 or newer.*\n$/),
  ])
})

test.each(['eval', 'check', 'test', 'build', 'explain', 'healthcheck'])(
  '%s --help shows an example',
  async (command) => {
    const { code, out } = await vedette([command, '--help'])
    expect([code, out]).toEqual([0, expect.stringContaining(`\n  vedette ${command} `)])
  },
)

test('a command that does not exist', async () => {
  const { code, err } = await vedette(['evil'])
  expect([code, err]).toEqual([1, expect.stringContaining("unknown command 'evil'")])
})
