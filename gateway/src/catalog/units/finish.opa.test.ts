import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { BUILD_MS, startCompiler } from '../../compiler/compiler.support.ts'
import { createKeys, openIn, temporaryDirectory, tosca, update } from '../catalog.support.ts'
import type { Catalog } from '../catalog.ts'

let compiler: Awaited<ReturnType<typeof startCompiler>>

beforeAll(async () => {
  compiler = await startCompiler({ builtins: ['eq', 'equal', 'div'] })
}, BUILD_MS)
afterAll(() => compiler[Symbol.asyncDispose]())

const role = tosca('role', { rego: { role: 'allow if input.user == "alice"' } })
/** OPA's wasm runtime computes it otherwise. */
const divides = tosca('divides', { rego: { divides: 'third := input.a / 3' } })
const other = tosca('other', { rego: { other: 'allow if input.user == "bob"' } })

/** What each unit of the policy part's last snapshot has. */
async function kinds(catalog: Catalog): Promise<Readonly<Record<string, string>>> {
  const { entries, blobs } = await catalog.since({})
  const content = entries.findLast(({ entry }) => entry.part === 'policy')?.entry.content ?? ''
  const text = new TextDecoder().decode(blobs.get(content))
  const { units } = JSON.parse(text) as { units: Record<string, object> }
  const kindsOf = (unit: object): string =>
    ['program', 'wasm'].filter((kind) => kind in unit).join()
  return Object.fromEntries(Object.entries(units).map(([name, unit]) => [name, kindsOf(unit)]))
}

test('a policy is in force before there is wasm of it, which follows and stays', async () => {
  await using directory = await temporaryDirectory()
  const { signer } = await createKeys()
  const { catalog, published } = await openIn(directory.path, { signer, compiler })
  await catalog.apply(update({ deploy: [role, divides] }))
  expect(published).toHaveLength(1)
  expect(await kinds(catalog)).toEqual({ role: 'program', divides: 'program' })
  await vi.waitFor(() => expect(published).toHaveLength(2))
  const [first, second] = published
  expect(second?.transaction).toEqual(first?.transaction)
  // It is told of once.
  expect([first?.update?.id, second?.update]).toEqual([first?.transaction?.id, null])
  expect([...(second?.blobs.values() ?? [])].some(isWasm)).toBe(true)
  await catalog.apply(update({ deploy: [other] }))
  expect(await kinds(catalog)).toEqual({
    role: 'program,wasm',
    divides: 'program',
    other: 'program',
  })
  await catalog.apply(update({ undeploy: [{ name: 'other', version: '1.0.0' }] }))
  expect(await kinds(catalog)).toEqual({ role: 'program,wasm', divides: 'program' })
  await catalog.close()
})

function isWasm(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.slice(0, 4)).toString() === '\0asm'
}
