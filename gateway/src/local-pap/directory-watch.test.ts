import { readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, onTestFinished, test, vi } from 'vitest'

import { watchDirectory } from './directory-watch.ts'
import { testDirectory, writeFiles } from './test-directory.support.ts'

async function follow(dir: string, file: string): Promise<string[]> {
  const readings: string[] = []
  const ending = new AbortController()
  const ended = watchDirectory({
    dir,
    read: () => readFile(join(dir, file), 'utf8').catch(() => 'none'),
    adopt: (reading) => readings.push(reading),
    signal: ending.signal,
    settleMs: 20,
  })
  onTestFinished(async () => {
    ending.abort()
    await ended
  })
  await vi.waitFor(() => expect(readings).toHaveLength(1))
  return readings
}

const patiently = { timeout: 10_000 }

test(
  'adopts the first reading, then each change, a new folder and a removal',
  { timeout: 30_000 },
  async () => {
    const dir = await testDirectory({ 'a/a.txt': 'one' })
    const readings = await follow(dir, 'a/a.txt')
    await writeFiles(dir, { 'a/a.txt': 'two' })
    await vi.waitFor(() => expect(readings).toEqual(['one', 'two']), patiently)
    await rm(join(dir, 'a'), { recursive: true })
    await vi.waitFor(() => expect(readings.at(-1)).toBe('none'), patiently)
    await writeFiles(dir, { 'a/a.txt': 'three' })
    await vi.waitFor(() => expect(readings.at(-1)).toBe('three'), patiently)
  },
)

test(
  'an editor that renames its copy into place shows no moment in between',
  { timeout: 30_000 },
  async () => {
    const dir = await testDirectory({ 'a.txt': 'one' })
    const readings = await follow(dir, 'a.txt')
    await rename(join(dir, 'a.txt'), join(dir, 'a.txt~'))
    await writeFiles(dir, { '.a.swp': 'two' })
    await rename(join(dir, '.a.swp'), join(dir, 'a.txt'))
    await vi.waitFor(() => expect(readings).toEqual(['one', 'two']), patiently)
  },
)

test('a reading during which something changed is not adopted', async () => {
  const dir = await testDirectory({ 'a.txt': '1' })
  const ending = new AbortController()
  const adopted: string[] = []
  let changes = 0
  const watching = watchDirectory({
    dir,
    async read() {
      const text = await readFile(join(dir, 'a.txt'), 'utf8')
      if (++changes < 3) await writeFiles(dir, { 'a.txt': text + text })
      return text
    },
    adopt(reading) {
      adopted.push(reading)
      ending.abort()
    },
    signal: ending.signal,
    settleMs: 5,
  })
  await watching
  expect(adopted).toEqual(['1111'])
})
