import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * The text of a file that only its owner may read (0600); made by `make` when it is not there. Two that make it at the
 * same time end up with the same text.
 */
export async function makeSecretFile(
  path: string,
  make: () => string | Promise<string>,
): Promise<{ readonly text: string; readonly made: boolean }> {
  const kept = await readIfThere(path)
  if (kept !== undefined) return { text: kept, made: false }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomUUID()}`
  await writeFile(draft, await make(), { mode: 0o600, flush: true })
  try {
    await link(draft, path)
    return { text: await readFile(path, 'utf8'), made: true }
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
    return { text: await readFile(path, 'utf8'), made: false }
  } finally {
    await rm(draft, { force: true })
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
