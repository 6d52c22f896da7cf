import type { Dirent } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { messageOf } from '@vedette/core/errors'

import type { ToscaPolicy } from '../pap/tosca-policy.ts'
import { isPolicyFile, readPolicyFolder } from './policy-folder.ts'
import type { PolicyFolder } from './policy-folder.ts'
import { SourceError } from './source-error.ts'
import { parseTemplate, readTemplate } from './tosca-template.ts'

/** One policy folder or TOSCA file, by its path below the directory: what it holds, or why it is refused. */
export type PolicySource = { readonly path: string } & (
  | { readonly folder: PolicyFolder }
  | { readonly template: readonly ToscaPolicy[] }
  | { readonly refusal: string }
)

/** Everything in a directory of policies, sorted by path. One source that is broken leaves the others alone. */
export async function readPolicyDirectory(root: string): Promise<readonly PolicySource[]> {
  const sources = await readBelow(root, [])
  return sources.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

async function readBelow(root: string, segments: readonly string[]): Promise<PolicySource[]> {
  const entries = await visibleEntries(join(root, ...segments))
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name)
  if (files.some(isPolicyFile)) return [await readFolder(root, segments, files)]
  const templates = files
    .filter(isTemplateFile)
    .map((file) => readTemplateFile(root, segments, file))
  const folders = entries.filter((entry) => entry.isDirectory())
  const below = folders.map(({ name }) => readBelow(root, [...segments, name]))
  return [...(await Promise.all(templates)), ...(await Promise.all(below)).flat()]
}

async function visibleEntries(dir: string): Promise<readonly Dirent[]> {
  const entries = await readdir(dir, { withFileTypes: true })
  return entries.filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
}

function isTemplateFile(fileName: string): boolean {
  return /\.(?:ya?ml|json)$/.test(fileName)
}

async function readFolder(
  root: string,
  segments: readonly string[],
  files: readonly string[],
): Promise<PolicySource> {
  const dir = join(root, ...segments)
  const path = segments.join('/')
  return attempt(path, async () => {
    if (path === '')
      throw new SourceError('A policy needs a folder of its own, named as its package.')
    const template = await findTemplate(dir, files)
    if (template === undefined)
      return { path, folder: await readPolicyFolder(dir, segments.join('.')) }
    throw new SourceError(
      `It holds a policy as files and ${template}, a TOSCA service template: keep one.`,
    )
  })
}

/** Other YAML and JSON beside the Rego is the author's business, even when it does not parse. */
async function findTemplate(dir: string, files: readonly string[]): Promise<string | undefined> {
  for (const file of files.filter((name) => isTemplateFile(name) && !isPolicyFile(name))) {
    if ((await readFile(join(dir, file), 'utf8')).includes('tosca_definitions_version')) return file
  }
  return undefined
}

async function readTemplateFile(
  root: string,
  segments: readonly string[],
  file: string,
): Promise<PolicySource> {
  const path = [...segments, file].join('/')
  return attempt(path, async () => {
    const document = parseTemplate(await readFile(join(root, path), 'utf8'))
    if (document === undefined) throw new SourceError('It is no TOSCA service template.')
    return { path, template: readTemplate(document) }
  })
}

async function attempt(path: string, read: () => Promise<PolicySource>): Promise<PolicySource> {
  try {
    return await read()
  } catch (error) {
    return { path, refusal: messageOf(error) }
  }
}
