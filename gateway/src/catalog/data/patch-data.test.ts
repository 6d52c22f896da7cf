import { join } from 'node:path'

import fc from 'fast-check'
import { beforeAll, beforeEach, expect, test } from 'vitest'

import type { OpenCatalog, TestKeys } from '../catalog.support.ts'
import { createKeys, tosca, update } from '../catalog.support.ts'
import type { Catalog, DataPatch } from '../catalog.ts'
import { directoryForTest, openForTest } from '../for-test.support.ts'
import { follow, newcomer } from '../reader.support.ts'
import { openSqliteStore } from '../sqlite/store.ts'

let keys: TestKeys
let opened: OpenCatalog

beforeAll(async () => {
  keys = await createKeys()
})
beforeEach(async () => {
  opened = await openForTest({ signer: keys.signer })
  const data = { 'node.role': '{"users":{"alice":1},"list":[1,2]}' }
  await opened.catalog.apply(update({ deploy: [tosca('role', { data }), tosca('http.authz')] }))
})

function patch(catalog: Catalog, ...operations: DataPatch['operations']): Promise<unknown> {
  return catalog.patchData({ id: 'p1', operations })
}

test('operations follow one another, and replicas get them as they are', async () => {
  const { catalog, published } = opened
  const reader = await follow(newcomer, await catalog.since({}), keys.trust)
  await patch(
    catalog,
    { op: 'add', path: '/node/role/users/bob', value: {} },
    { op: 'add', path: '/node/role/users/bob/id', value: 445611193265040129n },
    { op: 'add', path: '/node/role/list/-', value: 3 },
    { op: 'replace', path: '/node/role/list/0', value: null },
    { op: 'remove', path: '/node/role/users/alice' },
  )
  const role = { users: { bob: { id: 445611193265040129n } }, list: [null, 2, 3] }
  expect(catalog.document()).toMatchObject({ node: { role } })
  expect(published.at(-1)?.transaction).toEqual({ id: 'p1', kind: 'data' })
  const missed = await catalog.since(reader.positions)
  expect(missed.entries.map(({ entry }) => entry.kind)).toEqual(['patch'])
  expect((await follow(reader, missed, keys.trust)).document).toEqual(catalog.document())
})

test('a setting is kept with a patch, or neither is', async () => {
  const store = await openSqliteStore(join(await directoryForTest(), 'vedette.db'))
  const { catalog } = await openForTest({ signer: keys.signer, store })
  await catalog.apply(update({ deploy: [tosca('a', { data: { 'node.a': '{}' } })] }))
  const put = (path: string, value: string): Promise<unknown> => {
    const operations = [{ op: 'add', path, value: 1 }] as const
    return catalog.patchData({ id: 'p1', operations, setting: { key: 'place', value } })
  }
  await put('/node/a/b', '1')
  await expect(put('/node/a/no/b', '2')).rejects.toThrow('/node/a/no: document does not exist')
  expect(await store.setting('place')).toBe('1')
})

const good = { op: 'add', path: '/node/role/good', value: 1 } as const

test.for([
  ['remove', '/node/role/no', 'ERR_NOT_FOUND', '/node/role/no: document does not exist'],
  ['replace', '/node/role/good/x', 'ERR_NOT_FOUND', '/node/role/good/x: document does not exist'],
  ['add', '/node/role/no/x', 'ERR_NOT_FOUND', '/node/role/no: document does not exist'],
  ['add', '/node/role/users/alice/x', 'ERR_NOT_FOUND', '/users/alice/x: document does not exist'],
  ['add', '/node/role/list/9', 'ERR_NOT_FOUND', '/node/role/list/9: array index out of range'],
  ['add', '/node/role/list/x/y', 'ERR_NOT_FOUND', '/node/role/list/x: array index must be integer'],
  ['remove', '/node/role/list/-', 'ERR_NOT_FOUND', '/list/-: array index must be integer'],
  [
    'remove',
    '/node/role/a b~1@c',
    'ERR_NOT_FOUND',
    '/node/role/a%20b%2F@c: document does not exist',
  ],
  ['add', '/node/role/__proto__/x', 'ERR_NOT_FOUND', '/__proto__: document does not exist'],
  ['add', '/node/role//x', 'ERR_INVALID_PATH', 'empty segment'],
  ['replace', '/node', 'ERR_RESERVED_PATH', 'all policies'],
  ['remove', '/system/version/version', 'ERR_RESERVED_PATH', "the PDP's own"],
  ['add', '/http/authz/allow', 'ERR_RESERVED_PATH', 'policy package http.authz'],
  ['add', '/node/rolex', 'ERR_RESERVED_PATH', 'no policy in force keeps data there'],
  ['add', '/root', 'ERR_RESERVED_PATH', 'no policy in force keeps data there'],
] as const)('%s %s: %s, and nothing of the patch happened', async ([op, path, code, words]) => {
  const { catalog, published, failures } = opened
  const before = catalog.document()
  const bad = op === 'remove' ? { op, path } : { op, path, value: 1 }
  await expect(patch(catalog, good, bad)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(words),
  })
  expect(catalog.document()).toBe(before)
  expect(published).toHaveLength(1)
  expect(failures).toEqual([])
})

test('patches at the same time all count', async () => {
  const { catalog } = opened
  const value = (index: number) => ({ op: 'add', path: `/node/role/users/u${index}`, value: index })
  const writes = Array.from({ length: 20 }, (_, index) =>
    patch(catalog, value(index) as DataPatch['operations'][number]),
  )
  await Promise.all(writes)
  const [, ...others] = Object.keys(usersOf(catalog))
  expect(others).toHaveLength(20)
})

test('what a patch added goes with the policy', async () => {
  const { catalog } = opened
  await patch(catalog, good)
  await catalog.apply(update({ undeploy: [{ name: 'role', version: '1.0.0' }] }))
  expect(catalog.document()).toMatchObject({ node: {} })
  await expect(patch(catalog, good)).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' })
})

test('a patch that cannot be made durable is a failed transaction', async () => {
  const { catalog, failures } = opened
  const large = { ...good, value: 'x'.repeat(16 * 1024 * 1024) }
  await expect(patch(catalog, large)).rejects.toMatchObject({ code: 'ERR_TOO_LARGE' })
  expect(failures).toMatchObject([{ id: 'p1', kind: 'data' }])
  expect(catalog.document()).toMatchObject({ node: { role: { list: [1, 2] } } })
})

test('a policy tells where its data is', () => {
  const { catalog } = opened
  expect(catalog.dataPaths('role')).toEqual([['node', 'role']])
  expect(catalog.dataPaths('http.authz')).toEqual([])
  expect(catalog.dataPaths('rol')).toBeUndefined()
})

const step = fc.record({
  op: fc.constantFrom('add', 'replace', 'remove'),
  key: fc.constantFrom('a', 'b', 'a/c', 'list/0', 'list/-', 'list/7', '~0', '__proto__'),
  value: fc.constantFrom<number | object>(1, {}),
})

test('whatever a patch says, it happens as a whole or not at all', async () => {
  const { catalog } = opened
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      const before = catalog.document()
      const operations = steps.map(({ op, key, value }) => ({
        op,
        path: `/node/role/${key}`,
        ...(op !== 'remove' && { value }),
      })) as DataPatch['operations']
      const outcome = await patch(catalog, ...operations).catch((error: unknown) => error)
      if (outcome instanceof Error) {
        expect(outcome).toMatchObject({ name: 'CatalogError', code: 'ERR_NOT_FOUND' })
        expect(catalog.document()).toBe(before)
      } else expect(catalog.document()).not.toBe(before)
    }),
    { numRuns: 60 },
  )
})

function usersOf(catalog: Catalog): object {
  return (catalog.document() as { node: { role: { users: object } } }).node.role.users
}
