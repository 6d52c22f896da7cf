import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { folderOf, vedette } from './cli.support.ts'

const policy = `package role

allow if input.user in data.node.role.users

never if input.user == "nobody"
`

test('counts what passes, and names what no test reaches', async () => {
  const folder = await policies(
    'package role_test\n\ntest_alice if data.role.allow with input.user as "alice"\n',
  )
  const { code, out } = await vedette(['test', folder])
  const lines = out.trimEnd().split('\n')
  expect(lines[0]).toMatch(/role_test\.rego:3: data\.role_test\.test_alice: PASS \(.* ms\)$/)
  expect([code, ...lines.slice(1)]).toEqual([
    0,
    'PASS: 1/1',
    'coverage: 66.7 %',
    `  ${folder}/role/role.rego: no test reaches 5`,
  ])
})

test('a test that fails is the exit code', async () => {
  const folder = await policies(
    'package role_test\n\ntest_bob if {\n\tprint("who")\n\tdata.role.allow with input.user as "bob"\n}\n',
  )
  const { code, out } = await vedette(['test', folder])
  expect([code, out]).toEqual([
    1,
    expect.stringMatching(/test_bob: FAIL [^\n]*\n {2}who\nFAIL: 0\/1\n/),
  ])
})

test('--json is the coverage report of OPA', async () => {
  const folder = await policies(
    'package role_test\n\ntest_alice if data.role.allow with input.user as "alice"\n',
  )
  const { out } = await vedette(['test', '--json', join(folder, 'role')])
  const file = `${folder}/role/role.rego`
  expect(JSON.parse(out)).toMatchObject({
    files: { [file]: { not_covered: [{ start: { row: 5 } }, { end: { row: 5 } }] } },
  })
})

test('modules that do not compile', async () => {
  const folder = await policies('package role_test\n\ntest_x if y\n')
  const { code, err } = await vedette(['test', folder])
  expect([code, err]).toEqual([
    1,
    `${folder}/role/role_test.rego:3:11: rego_unsafe_var_error: var y is unsafe\n`,
  ])
})

/** A folder with the policy folder `role`. */
async function policies(tests: string): Promise<string> {
  const folder = await folderOf({})
  await mkdir(join(folder, 'role'))
  const files = {
    'role.rego': policy,
    'role_test.rego': tests,
    'data.json': '{"users": ["alice"]}',
  }
  for (const [name, text] of Object.entries(files))
    await writeFile(join(folder, 'role', name), text)
  return folder
}
