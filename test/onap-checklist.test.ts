import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const text = (file: string): string => readFileSync(join(root, file), 'utf8')

/** By theme: the scenarios of OPA-PDP's own tests, in the words of the specification. */
const scenarios = Object.entries(
  JSON.parse(text('test/support/fixtures/onap-scenarios.json')) as Record<
    string,
    readonly string[]
  >,
)

/** Blocks of tests. */
const tests = globSync(['gateway/src/pap/*.test.ts', 'test/e2e/onap-*.test.ts'], { cwd: root })
  .map(text)
  .flatMap((source) => source.split(/^(?=describe\()/m))
const page = text('docs/onap.md')

test.each(scenarios)('%s: every scenario has a test by its name, or a reason', (theme, names) => {
  const isOf = (block: string): boolean =>
    block.startsWith(`describe('${theme}'`) || block.startsWith("describe('an answer that is lost'")
  const themed = tests.filter(isOf).join('\n')
  const isTested = (name: string): boolean =>
    [`'${name}`, `"${name}`].some((title) => themed.includes(title))
  const isExplained = (name: string): boolean => page.includes(`| ${theme}: ${name} | `)
  expect(names.filter((name) => !isTested(name) && !isExplained(name))).toEqual([])
})
