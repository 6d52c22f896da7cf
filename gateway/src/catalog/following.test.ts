import { join } from 'node:path'

import { pdpStates } from '@vedette/core/bundle/head'
import { parseJson } from '@vedette/core/json/parse'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { CatalogError } from './catalog-error.ts'
import type { TestKeys } from './catalog.support.ts'
import { createKeys, fakeCompiler, temporaryDirectory, tosca, update } from './catalog.support.ts'
import type { Catalog } from './catalog.ts'
import { openCatalog } from './catalog.ts'
import type { Reader } from './reader.support.ts'
import { follow, newcomer } from './reader.support.ts'
import { openSqliteStore } from './sqlite/store.ts'
import type { CatalogStore } from './store.ts'

let keys: TestKeys
let directory: Awaited<ReturnType<typeof temporaryDirectory>>
let store: CatalogStore
let runs = 0

beforeAll(async () => {
  keys = await createKeys()
  directory = await temporaryDirectory()
  store = await openSqliteStore(join(directory.path, 'vedette.db'))
})
afterAll(async () => {
  await store.close()
  await directory[Symbol.asyncDispose]()
})

/** What a run does to the catalogue; `restart` opens it again from the store. */
type Action = 'restart' | ((catalog: Catalog) => Promise<unknown>)

const names = fc.constantFrom('a', 'b', 'a.b', 'constructor')
const versions = fc.constantFrom('1.0.0', '2.0.0')
const values = fc.oneof(
  // As it would have been read: -2 ** 53 is a bigint here, and a number to fast-check.
  fc.json({ maxDepth: 2 }).map(parseJson),
  fc.bigInt().filter((value) => !Number.isSafeInteger(Number(value))),
)
const rego = fc.constantFrom('', 'broken', 'needs b', 'heavy')

const deployment: fc.Arbitrary<Action> = fc
  .record({
    deploy: fc.array(
      fc.record({ name: names, version: versions, rego, data: fc.jsonValue({ maxDepth: 2 }) }),
      {
        maxLength: 3,
      },
    ),
    undeploy: fc.array(fc.record({ name: names, version: versions }), { maxLength: 2 }),
    full: fc.boolean(),
  })
  .map(({ deploy, undeploy, full }) => (catalog) => {
    const policies = deploy.map(({ name, version, rego: lines, data }) =>
      tosca(name, {
        version,
        rego: { [name]: lines },
        data: { [`node.${name}`]: JSON.stringify(data) },
      }),
    )
    return catalog.apply(update({ deploy: policies, undeploy, full }))
  })

const segments = fc.constantFrom('node', 'a', 'b', 'x', '0', '~/', '__proto__')
const dataUpdate: fc.Arbitrary<Action> = fc
  .array(fc.record({ path: fc.array(segments, { minLength: 1, maxLength: 4 }), value: values }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((writes) => (catalog) => catalog.putData({ id: 'update', writes }).catch(expectRefusal))

function expectRefusal(error: unknown): void {
  expect(error).toBeInstanceOf(CatalogError)
  expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_(RESERVED|INVALID)_PATH$/) })
}

const stateChange: fc.Arbitrary<Action> = fc
  .constantFrom(...pdpStates)
  .map((state) => (catalog) => catalog.setState(state))

const actions = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: deployment },
    { weight: 4, arbitrary: dataUpdate },
    { weight: 1, arbitrary: stateChange },
    { weight: 1, arbitrary: fc.constant<Action>('restart') },
  ),
  { minLength: 1, maxLength: 8 },
)

function open(scope: string): Promise<Catalog> {
  return openCatalog({
    store,
    scope,
    compiler: fakeCompiler(),
    signer: keys.signer,
    tryOut: () => Promise.resolve(),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  })
}

async function restarted(before: Catalog, scope: string): Promise<Catalog> {
  const catalog = await open(scope)
  expect(catalog.document()).toEqual(before.document())
  expect(catalog.policies()).toEqual(before.policies())
  expect(catalog.state()).toBe(before.state())
  expect(catalog.head()?.head.parts).toEqual(before.head()?.head.parts)
  return catalog
}

/** Does everything, with a reader that followed up to each step. */
async function perform(list: readonly Action[]): Promise<readonly [Catalog, readonly Reader[]]> {
  const scope = `run ${++runs}`
  let catalog = await open(scope)
  const readers = [newcomer]
  for (const action of list) {
    if (action === 'restart') catalog = await restarted(catalog, scope)
    else await action(catalog)
    const last = readers.at(-1) ?? newcomer
    readers.push(await follow(last, await catalog.since(last.positions), keys.trust))
  }
  return [catalog, readers]
}

function versionsIn(catalog: Catalog): Readonly<Record<string, string>> {
  return Object.fromEntries(catalog.policies().map(({ name, version }) => [name, version]))
}

test(
  'from wherever a reader goes on, it ends where the catalogue is',
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(actions, async (list) => {
        const [catalog, readers] = await perform(list)
        const parts = catalog.head()?.head.parts ?? {}
        for (const reader of readers) {
          const caught = await follow(reader, await catalog.since(reader.positions), keys.trust)
          expect(caught.positions).toEqual({
            ...(parts.policy && { policy: parts.policy.position }),
            ...(parts.data && { data: parts.data.position }),
          })
          if (parts.data) expect(caught.document).toEqual(catalog.document())
          if (parts.policy) expect(caught.manifest?.policies).toEqual(versionsIn(catalog))
        }
      }),
      { numRuns: 60 },
    )
  },
)
