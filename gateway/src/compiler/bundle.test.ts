import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { BUILD_MS, startCompiler } from './compiler.support.ts'
import type { WarmCompiler } from './compiler.ts'

let compiler: WarmCompiler
beforeAll(async () => {
  compiler = await startCompiler()
}, BUILD_MS)
afterAll(() => compiler.close())

const modules = [{ file: 'role.rego', source: 'package role\n\nallow if data.roles[input.user]' }]

test('a bundle has sources, data, wasm and a manifest', async () => {
  const packed = await compiler.bundle(modules, { data: { roles: { alice: 1.5 } } })
  if ('errors' in packed) throw new Error(JSON.stringify(packed))
  await using unpacked = await unpack(packed.bundle)
  expect(await unpacked.read('role.rego')).toBe(modules[0]?.source)
  expect(JSON.parse(await unpacked.read('data.json'))).toEqual({ roles: { alice: 1.5 } })
  expect(JSON.parse(await unpacked.read('.manifest'))).toMatchObject({
    rego_version: 1,
    metadata: { entrypoints: ['role', 'role/allow'] },
  })
  expect((await unpacked.read('policy.wasm')).startsWith('\0asm')).toBe(true)
})

test('its wasm answers the entrypoints that are asked for', async () => {
  const packed = await compiler.bundle(modules, { entrypoints: ['role/allow'] })
  if ('errors' in packed) throw new Error(JSON.stringify(packed))
  await using unpacked = await unpack(packed.bundle)
  expect(JSON.parse(await unpacked.read('.manifest'))).toMatchObject({
    metadata: { entrypoints: ['role/allow'] },
  })
  expect(await compiler.bundle(modules, { entrypoints: ['role/none'] })).toMatchObject({
    errors: [{ file: 'role.rego' }],
  })
})

test('what the replicas lack is not packed', async () => {
  const remote = [{ file: 'a.rego', source: 'package a\n\np := http.send({})' }]
  expect(await compiler.bundle(remote)).toMatchObject({
    errors: [{ file: 'a.rego', row: 3, message: expect.stringContaining('http.send') }],
  })
})

interface Unpacked extends AsyncDisposable {
  read(file: string): Promise<string>
}

async function unpack(bundle: Uint8Array): Promise<Unpacked> {
  const directory = await mkdtemp(join(tmpdir(), 'vedette-bundle-'))
  await writeFile(join(directory, 'bundle.tar.gz'), bundle)
  await promisify(execFile)('tar', ['-xzf', 'bundle.tar.gz'], { cwd: directory })
  return {
    read: (file) => readFile(join(directory, file), 'latin1'),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  }
}
