import { expect, test } from 'vitest'

import { folderOf, vedette } from './cli.support.ts'

test('says nothing about what compiles', async () => {
  const folder = await folderOf({
    'a.rego': 'package a\n\nallow if input.x == 1\n',
    'a_test.rego':
      'package a_test\n\ntest_allow if data.a.allow with input as {"x": opa.runtime().y}\n',
  })
  expect(await vedette(['check', folder])).toEqual({ code: 0, out: '', err: '' })
})

test('names the place of every error', async () => {
  const folder = await folderOf({
    'a.rego': 'package a\n\np := x\n\nq := y\n',
    'b.rego': 'package b\n\np := "b"\n',
  })
  const { code, err } = await vedette(['check', folder])
  const expected = ['3:6', '5:6'].map((at) =>
    expect.stringMatching(`^${folder}/a.rego:${at}: rego_unsafe_var_error: `),
  )
  expect([code, err.trimEnd().split('\n')]).toEqual([1, expected])
})

test('refuses what a replica could not answer', async () => {
  const folder = await folderOf({ 'a.rego': 'package a\n\np := http.send({})\n' })
  const { code, err } = await vedette(['check', folder])
  expect([code, err]).toEqual([1, expect.stringMatching(/a\.rego:3:6: .*http\.send/)])
})

test('knows Rego v0', async () => {
  const folder = await folderOf({ 'a.rego': 'package a\n\np { input.x }\n' })
  expect((await vedette(['check', folder])).code).toBe(1)
  expect((await vedette(['check', '--v0', folder])).code).toBe(0)
})

test('a folder without policies, and a path without a file', async () => {
  const folder = await folderOf({})
  expect((await vedette(['check', folder])).err).toBe(`vedette: no .rego file in ${folder}\n`)
  expect((await vedette(['check', `${folder}/no.rego`])).err).toMatch(/^vedette: .*no\.rego/)
})
