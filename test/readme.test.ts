import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { expect, onTestFinished, test } from 'vitest'

/*
 * The programs of the README as a user's compiler sees them: the packages are TypeScript, so it sees those as well, with
 * the libraries of the user's project.
 */
const root = new URL('../', import.meta.url)

const run = promisify(execFile)

/** Given by a user, and meant to be. */
const given = 'const token = ""\nconst trust = { keys: [{ kty: "OKP", crv: "Ed25519", x: "" }] }\n'

async function programs(): Promise<readonly string[]> {
  const readme = await readFile(new URL('README.md', root), 'utf8')
  return [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map(([, program = '']) => program)
}

/** What the compiler says, under the options that docs/your-own.md names. */
async function compile(name: string, program: string, options: object): Promise<string> {
  // Below the project, where its packages are found.
  const directory = new URL(`node_modules/.cache/readme-${name}/`, root)
  await mkdir(directory, { recursive: true })
  onTestFinished(() => rm(directory, { recursive: true }))
  await writeFile(new URL('program.ts', directory), program)
  const compilerOptions = {
    target: 'es2024',
    module: 'esnext',
    moduleResolution: 'bundler',
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    ...options,
  }
  const project = { compilerOptions, files: ['program.ts'] }
  await writeFile(new URL('tsconfig.json', directory), JSON.stringify(project))
  const tsc = fileURLToPath(new URL('node_modules/.bin/tsc', root))
  return run(tsc, ['-p', fileURLToPath(directory)]).then(
    ({ stdout }) => stdout,
    (error: { readonly stdout: string }) => error.stdout,
  )
}

test('its Worker compiles in a project of Workers', async () => {
  const [worker = ''] = await programs()
  expect(worker).toContain('@vedette/edge')
  const options = { lib: ['es2024'], types: ['@cloudflare/workers-types'] }
  expect(await compile('worker', worker, options)).toBe('')
}, 60_000)

test('its page compiles in a project of pages', async () => {
  const [, page = ''] = await programs()
  expect(page).toContain('@vedette/web-sdk')
  const options = { lib: ['es2024', 'dom'], types: [] }
  expect(await compile('page', given + page, options)).toBe('')
}, 60_000)
