import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { ensureHelper } from './build.ts'
import { createCompiler, type CompilerOptions, type WarmCompiler } from './compiler.ts'

/** A cold build, in a test's `beforeAll`. */
export const BUILD_MS = 600_000

/** A few of the builtins that wasm has. */
const builtins: readonly string[] = [
  'count',
  'eq',
  'equal',
  'gt',
  'internal.member_2',
  'plus',
  'upper',
]

/** A compiler that ends with the test: `await using`. */
export async function startCompiler(
  options: Partial<CompilerOptions> = {},
): Promise<WarmCompiler & AsyncDisposable> {
  const helperPath = options.helperPath ?? (await ensureHelper())
  const compiler = createCompiler({ builtins, ...options, helperPath })
  return { ...compiler, [Symbol.asyncDispose]: () => compiler.close() }
}

/** An executable in place of the helper; it has no PATH, as the helper has none. */
export async function script(text: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'vedette-helper-')), 'helper.sh')
  await writeFile(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  return path
}

/** The real helper, with the ids of its processes in the order they were started. */
export async function watchedHelper(): Promise<{ path: string; pids: () => Promise<number[]> }> {
  const helper = await ensureHelper()
  const path = await script(`echo $$ >> "$0.pids"\nexec '${helper}'`)
  const pids = async (): Promise<number[]> => {
    const text = await readFile(`${path}.pids`, 'utf8').catch(() => '')
    return text.split('\n').filter(Boolean).map(Number)
  }
  return { path, pids }
}

/** OPA's work doubles with each level. */
export function nested(levels: number): string {
  let term = '1'
  for (let level = 0; level < levels; level += 1) term = `[x${level} | x${level} := ${term}]`
  return `package slow\n\np := ${term}`
}
