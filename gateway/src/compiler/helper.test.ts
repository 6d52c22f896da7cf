import { spawn } from 'node:child_process'
import { once } from 'node:events'

import { beforeAll, expect, test } from 'vitest'

import { ensureHelper } from './build.ts'
import { BUILD_MS, nested } from './compiler.support.ts'

let path: string
beforeAll(async () => {
  path = await ensureHelper()
}, BUILD_MS)

/** What the kernel does to the pipe when the parent is killed. */
test('a helper whose input ends while it compiles ends, too', { timeout: 30_000 }, async () => {
  const helper = spawn(path, [], { stdio: ['pipe', 'ignore', 'inherit'] })
  const modules = [{ file: 'slow.rego', source: nested(25) }]
  helper.stdin.end(`${JSON.stringify({ id: 1, op: 'compile', modules })}\n`)
  expect(await once(helper, 'exit')).toEqual([1, null])
})
