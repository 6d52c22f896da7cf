import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

import { afterEach, beforeAll, expect, test, vi } from 'vitest'

import { ensureHelper } from './build.ts'

const BUILD_MS = 600_000

let helper: string
beforeAll(async () => {
  helper = await ensureHelper()
}, BUILD_MS)
afterEach(() => vi.unstubAllEnvs())

test('the helper is built once', async () => {
  const onProgress = vi.fn()
  expect(await ensureHelper({ onProgress })).toBe(helper)
  expect(onProgress).not.toHaveBeenCalled()
})

test('what it returns answers', async () => {
  const answered = promisify(execFile)(helper)
  answered.child.stdin?.end('{"id":1,"op":"ping"}\n')
  expect((await answered).stdout).toBe('{"id":1,"pong":true}\n')
})

test('without Go the command says in one line how to get it', async () => {
  const command = promisify(execFile)(process.execPath, [join(import.meta.dirname, 'build.ts')], {
    env: { ...process.env, PATH: '' },
  })
  await expect(command).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^[^\n]*install Go[^\n]*\n$/),
  })
})

test('builds at the same time do not meet', { timeout: BUILD_MS }, async () => {
  const cache = await mkdtemp(join(tmpdir(), 'vedette-cache-'))
  // Go's own cache would move along, and everything be compiled twice.
  const { stdout } = await promisify(execFile)('go', ['env', 'GOCACHE'])
  vi.stubEnv('GOCACHE', stdout.trim())
  vi.stubEnv('XDG_CACHE_HOME', cache)
  const onProgress = vi.fn()
  const [one, other] = await Promise.all([ensureHelper({ onProgress }), ensureHelper()])
  expect(one).toBe(other)
  expect(one.startsWith(cache)).toBe(true)
  expect(await readdir(dirname(one))).toEqual(['vedette-compiler'])
  expect(onProgress).toHaveBeenCalledWith(expect.stringContaining('building'))
  await rm(cache, { recursive: true })
})

test('without Go it says how to get it', async () => {
  vi.stubEnv('PATH', '/nowhere')
  await expect(ensureHelper()).rejects.toMatchObject({
    code: 'ERR_GO_MISSING',
    message: expect.stringMatching(/^[^\n]*install Go [^\n]*$/),
  })
})
