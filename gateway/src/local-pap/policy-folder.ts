import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'

import type { ToscaPolicy } from '../pap/tosca-policy.ts'
import { isTestFile, readChecks } from './policy-checks.ts'
import { joinRegoModules, readRegoModule } from './rego-module.ts'
import type { RegoModule } from './rego-module.ts'
import { SourceError } from './source-error.ts'
import { isPolicyName } from './tosca-template.ts'

/** A policy written as a folder: everything a TOSCA policy holds but its version. */
export interface PolicyFolder {
  readonly name: string
  readonly properties: ToscaPolicy['properties']
}

/** Whether a folder that directly holds this file is a policy. */
export function isPolicyFile(fileName: string): boolean {
  return isRegoFile(fileName) || fileName === 'data.json'
}

/**
 * Reads the folder of the policy `name` (dots for `/`): its `.rego` files, packages of that name or below
 * it, and `data.json`, the document at `/node/<name as path>`; a subfolder's belongs below that. Tests
 * and examples are told apart, by their paths. Throws a `SourceError`, whose message is one sentence.
 */
export async function readPolicyFolder(dir: string, name: string): Promise<PolicyFolder> {
  if (!isPolicyName(name)) throw new SourceError(`'${name}' cannot be the name of a policy.`)
  const all = await visibleFiles(dir)
  const files = all.filter((file) => !file.split(sep).includes('examples'))
  const dataFiles = files.filter((file) => basename(file) === 'data.json')
  const policy = await readModules(dir, name, files.filter(isRegoFile))
  const data = await Promise.all(dataFiles.map((file) => readData(dir, name, file)))
  const checks = await readChecks(dir, all)
  return { name, properties: { data: Object.fromEntries(data), policy, ...checks } }
}

async function visibleFiles(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .filter((file) => !file.split(sep).some((part) => part.startsWith('.')))
    .toSorted()
}

function isRegoFile(file: string): boolean {
  return file.endsWith('.rego') && !isTestFile(file)
}

async function readModules(
  dir: string,
  name: string,
  files: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const modules = new Map<string, RegoModule>()
  for (const file of files) {
    const module = ownedModule(file, name, readRegoModule(await readFile(join(dir, file), 'utf8')))
    const first = modules.get(module.packageName)
    modules.set(module.packageName, first === undefined ? module : joinRegoModules(first, module))
  }
  return Object.fromEntries([...modules].map(([key, { text }]) => [key, base64(text)]))
}

/** A policy may only bring packages of its own name, or it could replace another one's rules. */
function ownedModule(file: string, name: string, module: RegoModule | undefined): RegoModule {
  if (module === undefined) throw new SourceError(`${file} has no package declaration.`)
  const { packageName } = module
  if (packageName === name || packageName.startsWith(`${name}.`)) return module
  throw new SourceError(
    `${file} is of package '${packageName}', but this folder is for '${name}' and packages below it.`,
  )
}

/** The text travels as it is, so that every digit arrives; it is only checked to be JSON. */
async function readData(dir: string, name: string, file: string): Promise<[string, string]> {
  const text = await readFile(join(dir, file), 'utf8')
  try {
    JSON.parse(text)
  } catch (error) {
    throw new SourceError(`${file} is not JSON.`, { cause: error })
  }
  const path = dirname(file)
    .split(sep)
    .filter((part) => part !== '.')
  return [['node', name, ...path].join('.'), base64(text)]
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
