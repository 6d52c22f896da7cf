import { readFile } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'

import type { ToscaPolicy } from '../pap/tosca-policy.ts'
import { checksLimit } from '../pap/tosca-policy.ts'

type Checks = Pick<ToscaPolicy['properties'], 'tests' | 'examples'>

/** The tests and examples among a policy folder's files, as many as a policy may bring along. */
export async function readChecks(dir: string, files: readonly string[]): Promise<Checks> {
  const checks = files.filter((file) => isTestFile(file) || isExampleFile(file))
  const texts = withinLimit(await Promise.all(checks.map((file) => readText(dir, file))))
  const tests = texts.filter(([name]) => isTestFile(name))
  const examples = texts.filter(([name]) => !isTestFile(name))
  return {
    ...(tests.length > 0 && { tests: Object.fromEntries(tests) }),
    ...(examples.length > 0 && { examples: Object.fromEntries(examples) }),
  }
}

export function isTestFile(file: string): boolean {
  return file.endsWith('_test.rego')
}

function isExampleFile(file: string): boolean {
  return basename(dirname(file)) === 'examples' && file.endsWith('.json')
}

type Text = readonly [name: string, base64: string]

async function readText(dir: string, file: string): Promise<Text> {
  const text = await readFile(join(dir, file), 'utf8')
  return [file.split(sep).join('/'), Buffer.from(text.replace(/^\uFEFF/, '')).toString('base64')]
}

/** A policy is deployed all the same when somebody has more to say about it than a message holds. */
function withinLimit(texts: readonly Text[]): readonly Text[] {
  let size = 0
  return texts.filter(([name, base64]) => {
    size += name.length + base64.length
    return size <= checksLimit
  })
}
