import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { sourceDirectory } from '../../gateway/src/compiler/helper-source.ts'

const run = promisify(execFile)

/** The sources of the OPA that the helper is built from, in Go's module cache. */
export async function opaDirectory(): Promise<string> {
  const args = ['list', '-m', '-f', '{{.Dir}}', 'github.com/open-policy-agent/opa']
  const { stdout } = await run('go', args, { cwd: sourceDirectory })
  return stdout.trim()
}
