import { join } from 'node:path'

import { expect, test } from 'vitest'

import { folderOf, vedette } from './cli.support.ts'

test('tells which rules were tried, what held, what failed, and what they saw', async () => {
  const folder = await folderOf({
    'a.rego':
      'package a\n\ndefault allow := false\n\nallow if input.user in admins\n\nadmins := data.admins\n',
    'data.json': '{"admins": ["alice"]}',
    'input.json': '{"user": "bob"}',
  })
  const [policy = '', data = '', input = ''] = ['a.rego', 'data.json', 'input.json'].map((name) =>
    join(folder, name),
  )
  const { code, out } = await vedette(['explain', '-d', data, '-i', input, '-e', 'a/allow', policy])
  expect([code, ...out.trimEnd().split('\n')]).toEqual([
    0,
    'a/allow: false',
    `${policy}:5: data.a.allow failed`,
    expect.stringMatching(/^ {2}5: input\.user in admins failed, with .*input\.user = "bob"/),
    `    ${policy}:7: data.a.admins held, ["alice"]`,
    `${policy}:3: default data.a.allow held, false`,
  ])
})

test.each(['eval', 'explain'])(
  '%s: the data of a folder, unless a file is named',
  async (command) => {
    const folder = await folderOf({
      'a.rego': 'package a\n\nfound := [admin | admin := data.node[_].admin]\n',
      'data.json': '{"admin": "alice"}',
      'none.json': '{}',
    })
    const args = [command, '-e', 'a/found', folder]
    expect((await vedette(args)).out).toContain('["alice"]\n')
    expect((await vedette([...args, '-d', join(folder, 'none.json')])).out).toContain('[]\n')
  },
)

test('an evaluation that fails, and one without an entrypoint', async () => {
  const folder = await folderOf({ 'a.rego': 'package a\n\np := 1\n\np := 2\n' })
  const failed = await vedette(['explain', '-e', 'a/p', folder])
  expect([failed.code, failed.err]).toEqual([1, expect.stringContaining('conflict')])
  expect((await vedette(['explain', folder])).err).toContain(
    "required option '-e, --entrypoint <path>'",
  )
})

test.each(['eval', 'explain'])(
  '%s: a rule in the spelling of Rego is told its path',
  async (command) => {
    const folder = await folderOf({ 'a.rego': 'package a["b.c"]\n\np := 1\n' })
    const { code, out, err } = await vedette([command, '-e', 'data.a.p', folder])
    expect([code, out, err]).toEqual([
      1,
      '',
      expect.stringContaining('An entrypoint is a path: a/p'),
    ])
    expect((await vedette([command, '-e', 'a/b.c/p', folder])).out).toContain('1\n')
  },
)
