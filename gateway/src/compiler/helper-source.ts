import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { BuildError } from './build-error.ts'

const run = promisify(execFile)

/** The Go module of the helper. */
export const sourceDirectory: string = fileURLToPath(new URL('../../../compiler/', import.meta.url))

/** Names what a build depends on: sources, dependencies, platform, Go's version. */
export async function helperKey(): Promise<string> {
  const hash = createHash('sha256').update(await goEnvironment())
  for (const file of (await readdir(sourceDirectory)).filter(isSource).toSorted()) {
    hash.update(`${file}\0`).update(await readFile(join(sourceDirectory, file)))
  }
  return hash.digest('hex').slice(0, 16)
}

function isSource(file: string): boolean {
  return /^go\.(mod|sum)$|(?<!_test)\.go$/.test(file)
}

async function goEnvironment(): Promise<string> {
  try {
    const { stdout } = await run('go', ['env', 'GOOS', 'GOARCH', 'GOVERSION'], {
      cwd: sourceDirectory,
    })
    return stdout
  } catch (error) {
    throw BuildError.from(error)
  }
}
