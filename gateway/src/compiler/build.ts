import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { access, mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { messageOf } from '@vedette/core/errors'

import { BuildError } from './build-error.ts'
import { helperKey, sourceDirectory } from './helper-source.ts'

const PROGRESS_EVERY_MS = 2000
const LAST_LINES = 20

export interface EnsureHelperOptions {
  /** Told a line now and then while it builds; nothing when there is nothing to build. */
  readonly onProgress?: (line: string) => void
}

/**
 * The path of the helper's binary in the user's cache, built first if it is not there: about 80 s the first time,
 * with Go's modules from the Go proxy. Builds may run at the same time. Throws `BuildError`.
 */
export async function ensureHelper(options: EnsureHelperOptions = {}): Promise<string> {
  const { onProgress = () => {} } = options
  const directory = join(cacheDirectory(), 'vedette', 'compiler', await helperKey())
  const path = join(directory, 'vedette-compiler')
  if (await exists(path)) return path
  await mkdir(directory, { recursive: true })
  const unfinished = `${path}.${randomUUID()}`
  try {
    await build(unfinished, onProgress)
    await rename(unfinished, path)
  } finally {
    await rm(unfinished, { force: true })
  }
  return path
}

/** Where this user's programs keep what can be made again. */
export function cacheDirectory(): string {
  return process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function build(output: string, onProgress: (line: string) => void): Promise<void> {
  onProgress('building the Rego compiler; the first time this takes a minute or two')
  const startedAt = Date.now()
  const args = ['build', '-v', '-trimpath', '-ldflags=-s -w', '-o', output, '.']
  const go = spawn('go', args, {
    cwd: sourceDirectory,
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const lines: string[] = []
  createInterface({ input: go.stderr }).on('line', (line) => lines.push(line))
  const report = setInterval(
    () => onProgress(`  ${lines.length} steps, ${lines.at(-1) ?? ''}`),
    PROGRESS_EVERY_MS,
  )
  try {
    const [code] = await once(go, 'close')
    if (code !== 0) throw new Error(lines.slice(-LAST_LINES).join('\n'))
  } catch (error) {
    throw BuildError.from(error)
  } finally {
    clearInterval(report)
  }
  onProgress(`built the Rego compiler in ${Math.round((Date.now() - startedAt) / 1000)} s`)
}

async function main(): Promise<void> {
  const path = await ensureHelper({ onProgress: (line) => process.stderr.write(`${line}\n`) })
  process.stdout.write(`${path}\n`)
}

if (import.meta.main)
  await main().catch((error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`)
    process.exitCode = 1
  })
