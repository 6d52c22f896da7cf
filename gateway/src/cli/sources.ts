import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { text } from 'node:stream/consumers'

import { messageOf } from '@vedette/core/errors'
import { isJsonObject } from '@vedette/core/json/equal'
import type { Json, JsonObject } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'

import type { RegoModule } from '../catalog/units/compile.ts'
import { isPolicyFile } from '../local-pap/policy-folder.ts'
import { BadRequestError } from './bad-request-error.ts'

/** The modules of files and of folders with all that is below them. Throws when there is none. */
export async function readModules(paths: readonly string[]): Promise<readonly RegoModule[]> {
  if (paths.length === 0) throw new BadRequestError('name .rego files, or folders of them')
  const files = (await Promise.all(paths.map(regoFiles))).flat()
  if (files.length === 0) throw new BadRequestError(`no .rego file in ${paths.join(', ')}`)
  return Promise.all(
    [...new Set(files)].map(async (file) => ({ file, source: await readFile(file, 'utf8') })),
  )
}

/** The same without the tests in folders, which may call what replicas lack. */
export async function readPolicies(paths: readonly string[]): Promise<readonly RegoModule[]> {
  const modules = await readModules(paths)
  return modules.filter((module) => !isTest(module) || paths.includes(module.file))
}

async function regoFiles(path: string): Promise<readonly string[]> {
  return (await isDirectory(path)) ? filesBelow(path, (file) => file.endsWith('.rego')) : [path]
}

/** What policies read as `data`: the file, where one is named, else what a deployment of the folders puts there. */
export function readData(file: string | undefined, paths: readonly string[]): Promise<JsonObject> {
  return file === undefined ? readPolicyData(paths) : readDocument(file)
}

/**
 * The `data.json` files of policy folders, where a deployment puts them: below `/node`, by the folder's name. A
 * folder that holds policies itself is one, otherwise those in it are.
 */
export async function readPolicyData(paths: readonly string[]): Promise<JsonObject> {
  const node: Record<string, Json> = {}
  for (const path of paths) {
    if (!(await isDirectory(path))) continue
    const files = await readdir(path)
    const root = files.some(isPolicyFile) ? dirname(resolve(path)) : resolve(path)
    for (const file of await filesBelow(resolve(path), (name) => basename(name) === 'data.json'))
      place(node, relative(root, dirname(file)).split(sep), await readDocument(file))
  }
  return { node }
}

function place(
  document: Record<string, Json>,
  [segment = '', ...rest]: readonly string[],
  value: JsonObject,
): void {
  const below = document[segment]
  const known = isJsonObject(below) ? below : {}
  if (rest.length === 0) {
    document[segment] = { ...known, ...value }
    return
  }
  const child = { ...known }
  place(child, rest, value)
  document[segment] = child
}

/** A JSON file, or standard input for `-`. */
export async function readJson(path: string): Promise<Json> {
  try {
    return parseJson(path === '-' ? await text(process.stdin) : await readFile(path, 'utf8'))
  } catch (error) {
    throw new BadRequestError(`${path}: ${messageOf(error)}`, { cause: error })
  }
}

async function readDocument(path: string): Promise<JsonObject> {
  const document = await readJson(path)
  if (!isJsonObject(document)) throw new BadRequestError(`${path}: data is an object`)
  return document
}

export function isTest({ file }: RegoModule): boolean {
  return file.endsWith('_test.rego')
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path)).isDirectory()
}

async function filesBelow(
  directory: string,
  isWanted: (file: string) => boolean,
): Promise<readonly string[]> {
  const files = await readdir(directory, { recursive: true })
  return files
    .filter(isWanted)
    .map((file) => join(directory, file))
    .toSorted()
}
