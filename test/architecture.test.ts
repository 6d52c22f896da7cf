import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, normalize } from 'node:path'

import { version } from '@vedette/core/version'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const members = ['core', 'gateway', 'edge', 'web-sdk']

interface Import {
  readonly file: string
  readonly from: string
}

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
})
  .split('\n')
  .filter(Boolean)

/** Static and dynamic imports, and re-exports, of a member's sources. */
function importsOf(member: string): readonly Import[] {
  const sources = files.filter((file) => file.startsWith(`${member}/src/`) && /\.tsx?$/.test(file))
  return sources.flatMap((file) =>
    [...textOf(file).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^'\n]+)'/g)].map(([, from = '']) => ({
      file,
      from,
    })),
  )
}

/** A file may be listed and gone. */
function textOf(file: string): string {
  try {
    return readFileSync(join(root, file), 'utf8')
  } catch {
    return ''
  }
}

/** The member an import leads into, if any. */
function memberOf({ file, from }: Import): string | undefined {
  if (from.startsWith('@vedette/')) return from.split('/')[1]
  if (!from.startsWith('.')) return undefined
  return normalize(join(dirname(file), from)).split('/')[0]
}

function packageOf({ from }: Import): string {
  return from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/')
}

test.each(members)('%s has sources, and imports no member but core and itself', (member) => {
  const imports = importsOf(member)
  expect(imports.length).toBeGreaterThan(0)
  const foreign = imports.filter((each) => {
    const target = memberOf(each)
    return target !== undefined && target !== member && target !== 'core'
  })
  expect(foreign).toEqual([])
})

test('core imports two libraries, its builtins what they are made from, and nothing of Node, Workers or browsers', () => {
  const everywhere = ['jose', 'valibot']
  const declared = Object.keys(
    (JSON.parse(textOf('core/package.json')) as { dependencies: object }).dependencies,
  )
  const foreign = importsOf('core').filter((each) => {
    if (each.file.endsWith('.test.ts') || memberOf(each) === 'core') return false
    const isBuiltin = each.file.startsWith('core/src/evaluator/builtins/')
    return !(isBuiltin ? declared : everywhere).includes(packageOf(each))
  })
  expect(foreign).toEqual([])
})

test('no source of core names a module of Node, tests neither', () => {
  const names = new Set(builtinModules)
  const nodes = importsOf('core').filter(
    ({ from }) => from.startsWith('node:') || names.has(from.split('/')[0] ?? ''),
  )
  expect(nodes).toEqual([])
})

test('edge and web-sdk import nothing of Node in what they ship', () => {
  const nodes = ['edge', 'web-sdk']
    .flatMap(importsOf)
    .filter(({ file, from }) => from.startsWith('node:') && !/\.test\.|fixture|support/.test(file))
  expect(nodes).toEqual([])
})

test('no file in git names the host of a package registry', () => {
  const hosts = ['registry.npm' + 'js.org', 'registry.yarn' + 'pkg.com', 'proxy.go' + 'lang.org']
  const more = ['sum.go' + 'lang.org', 'repo1.mav' + 'en.org', 'repo.mav' + 'en.apache.org']
  const naming = files.filter((file) => {
    const text = textOf(file)
    return [...hosts, ...more].some((host) => text.includes(host))
  })
  expect(naming).toEqual([])
  const lock: unknown = JSON.parse(textOf('package-lock.json'))
  expect(JSON.stringify(lock)).not.toContain('"resolved":"http')
})

test.each(members)('%s is of the version that is reported', (member) => {
  const released = JSON.parse(textOf(`${member}/package.json`)) as { readonly version: string }
  expect(released.version).toBe(version)
})
