import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { ensureChromium, findChromium } from './chromium.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vedette-chromium-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

async function put(name: string, mode = 0o755): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, '', { mode })
  return path
}

test('the variable beats the PATH', async () => {
  await put('chromium')
  const named = await put('my-browser')
  expect(findChromium({ VEDETTE_CHROMIUM: named, PATH: folder })).toBe(named)
})

test('on the PATH only what can be run is found', async () => {
  await put('chromium', 0o644)
  const chrome = await put('google-chrome')
  expect(findChromium({ PATH: folder })).toBe(chrome)
})

test('a variable that names nothing is an error that says what to type, and nothing is installed', async () => {
  vi.stubEnv('VEDETTE_CHROMIUM', join(folder, 'gone'))
  const onProgress = vi.fn<(line: string) => void>()
  await expect(ensureChromium({ onProgress })).rejects.toMatchObject({
    code: 'ERR_CHROMIUM_MISSING',
    message: expect.stringMatching(/install.*VEDETTE_CHROMIUM/),
  })
  expect(onProgress).not.toHaveBeenCalled()
})
