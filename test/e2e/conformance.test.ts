import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { build } from 'esbuild'
import { beforeAll, expect, test } from 'vitest'
import { createTestHarness } from 'wrangler'

import { withToolchain } from '../../gateway/src/cli/toolchain.ts'
import { readOpaCases } from '../conformance/cases.ts'
import { carry, faultOfAnswer, type CarriedCase } from '../conformance/portable-cases.ts'
import type { answerPortable, PortableAnswer, PortableCase } from '../conformance/portable.ts'
import { launchBrowser } from '../support/page.ts'

/** A share of OPA's cases, in the runtimes that replicas live in: every twelfth, which is all groups but the smallest. */
const SHARE = 12
const CARRY_MS = 120_000

declare global {
  // oxlint-disable-next-line no-var
  var answer: typeof answerPortable
}

let carried: readonly CarriedCase[]

beforeAll(async () => {
  const cases = (await readOpaCases()).filter((_, at) => at % SHARE === 0)
  carried = await withToolchain((toolchain) => carry(cases, toolchain))
  expect(carried.length).toBeGreaterThan(0.97 * cases.length)
}, CARRY_MS)

test('in workerd', async () => {
  const main = join(await mkdtemp(join(tmpdir(), 'vedette-conformance-')), 'worker.js')
  const script = await bundle(`
    import { answerPortable } from './portable.ts'
    const answer = async (request) => Response.json(await Promise.all((await request.json()).map(answerPortable)))
    export default { fetch: answer }
  `)
  await writeFile(main, script)
  const config = { name: 'conformance', main, compatibility_date: '2026-10-01' }
  const server = createTestHarness({ workers: [{ config }] })
  try {
    const { url } = await server.listen()
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(portables()) })
    expect(faultsOf((await response.json()) as readonly PortableAnswer[])).toEqual([])
  } finally {
    await server.close()
  }
})

// A secure context, as of any page that verifies signatures.
test('in Chromium, in a page that may make no code', async () => {
  const script = await bundle(`
    import { answerPortable } from './portable.ts'
    globalThis.answer = answerPortable
  `)
  const browser = await launchBrowser()
  try {
    const page = await browser.newPage()
    await page.route('http://localhost/**', (route) =>
      route.fulfill(
        route.request().url().endsWith('.js')
          ? { contentType: 'text/javascript', body: script }
          : {
              contentType: 'text/html',
              headers: { 'content-security-policy': "script-src 'self'" },
              body: '<script type="module" src="/script.js"></script>',
            },
      ),
    )
    await page.goto('http://localhost/')
    const answers = await page.evaluate(
      (cases) => Promise.all(cases.map((each) => globalThis.answer(each))),
      portables(),
    )
    expect(faultsOf(answers)).toEqual([])
  } finally {
    await browser.close()
  }
})

function portables(): PortableCase[] {
  return carried.map(({ portable }) => portable)
}

function faultsOf(answers: readonly PortableAnswer[]): readonly string[] {
  expect(answers.length).toBe(carried.length)
  return carried.flatMap((each, at) => faultOfAnswer(each, answers[at] ?? {}) ?? [])
}

/** One script of it all, as of modules beside the cases. */
async function bundle(contents: string): Promise<string> {
  const resolveDir = join(import.meta.dirname, '../conformance')
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'warning',
  })
  return outputFiles[0]?.text ?? ''
}
