import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { onTestFinished } from 'vitest'

/** A directory that goes with the test, with files in it by their paths. */
export async function testDirectory(files: Readonly<Record<string, string>>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'vedette-pap-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  await writeFiles(dir, files)
  return dir
}

export async function writeFiles(
  dir: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), text)
  }
}

export function decoded(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(texts)
  return Object.fromEntries(
    entries.map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]),
  )
}

/** A service template as the policy API takes it. */
export function template(name: string, version: string, rego: string): string {
  return [
    'tosca_definitions_version: tosca_simple_yaml_1_1_0',
    'topology_template:',
    '  policies:',
    `    - ${name}:`,
    '        type: onap.policies.native.opa',
    '        type_version: 1.0.0',
    `        name: ${name}`,
    `        version: ${version}`,
    '        properties:',
    '          data:',
    '          policy:',
    `            ${name}: ${Buffer.from(rego).toString('base64')}`,
    '',
  ].join('\n')
}
