import { setImmediate as turn } from 'node:timers/promises'

import { applyPatch } from '@vedette/core/bundle/patch'
import { equalJson } from '@vedette/core/json/equal'
import type { Json } from '@vedette/core/json/json'
import fc from 'fast-check'
import * as v from 'valibot'
import { beforeAll, beforeEach, expect, test, vi } from 'vitest'

import type { OpenCatalog, TestKeys } from '../catalog.support.ts'
import { createKeys, tosca, update } from '../catalog.support.ts'
import type { Catalog, DataWrite } from '../catalog.ts'
import { openForTest } from '../for-test.support.ts'
import { follow, newcomer } from '../reader.support.ts'
import { followSteps } from './followed.ts'
import { JsonPatchSchema } from './json-patch.ts'

let keys: TestKeys
let opened: OpenCatalog

beforeAll(async () => {
  keys = await createKeys()
})
beforeEach(async () => {
  opened = await openForTest({ signer: keys.signer })
  await opened.catalog.apply(update({ deploy: [tosca('http.authz')] }))
  await write({ path: ['users'], value: { alice: { role: 'admin' }, list: [1, 2, 3] } })
})

const write = (...writes: readonly DataWrite[]): ReturnType<Catalog['putData']> =>
  opened.catalog.putData({ id: 'u', writes })
const patch = (path: string, ...operations: readonly object[]): DataWrite => ({
  method: 'PATCH',
  path: path.split('/').slice(1),
  patch: v.parse(JsonPatchSchema, operations),
})
const users = (): Json => (opened.catalog.document() as { readonly users: Json }).users

test('a value too deep for its place is refused: no newcomer could read the document', async () => {
  const deep = (levels: number): Json => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as Json
  await write({ path: ['deep'], value: deep(900) })
  const invalid = { code: 'ERR_INVALID_PATH' }
  const below = ['deep', ...Array<string>(899).fill('0'), '-']
  await expect(
    write(patch(`/${below.join('/')}`, { op: 'add', path: '', value: deep(900) })),
  ).rejects.toMatchObject(invalid)
  await expect(write({ path: Array<string>(2_000).fill('a'), value: 1 })).rejects.toMatchObject(
    invalid,
  )
  const reader = await follow(newcomer, await opened.catalog.since({}), keys.trust)
  expect(reader.document).toEqual(opened.catalog.document())
})

test('copies of copies end where they would fill the memory', async () => {
  const before = opened.catalog.document()
  const copies = Array.from({ length: 40 }, (_, at) => ({ op: 'copy', from: '', path: `/${at}` }))
  await expect(write(patch('/users', ...copies))).rejects.toMatchObject({ code: 'ERR_TOO_LARGE' })
  expect(opened.catalog.document()).toBe(before)
})

test('a patch may do all of RFC 6902, below its place; replicas get three of it', async () => {
  const { catalog, published } = opened
  const reader = await follow(newcomer, await catalog.since({}), keys.trust)
  await write(
    patch(
      '/users',
      { op: 'test', path: '/alice/role', value: 'admin' },
      { op: 'copy', from: '/alice', path: '/bob' },
      { op: 'replace', path: '/bob/role', value: 'reader' },
      { op: 'move', from: '/list/0', path: '/list/-' },
      { op: 'add', path: '/none', value: null },
      { op: 'test', path: '/bob', value: { role: 'reader' } },
      { op: 'remove', path: '/alice' },
    ),
  )
  expect(users()).toEqual({ bob: { role: 'reader' }, list: [2, 3, 1], none: null })
  const missed = await catalog.since(reader.positions)
  expect((await follow(reader, missed, keys.trust)).document).toEqual(catalog.document())
  expect([...(published.at(-1)?.blobs.values() ?? [])].join('')).not.toMatch(/"(test|copy|move)"/)
})

test('a member without a name is one like others, for patches and for sources', async () => {
  const reader = await follow(newcomer, await opened.catalog.since({}), keys.trust)
  const [before, value] = [{ '': { a: 1 } }, { '': { a: 2, '': 3 } }]
  await write({ path: ['users', 'odd'], value: before })
  await write({ method: 'FOLLOW', path: ['users', 'odd'], value, before })
  await write(patch('/users', { op: 'copy', from: '/odd//', path: '/odd//b' }))
  expect(users()).toMatchObject({ odd: { '': { a: 2, '': 3, b: 3 } } })
  const missed = await opened.catalog.since(reader.positions)
  expect((await follow(reader, missed, keys.trust)).document).toEqual(opened.catalog.document())
})

test.for([
  { path: ['users', '', 'a'], value: 1 },
  { method: 'DELETE', path: ['users', ''] },
  patch('/users//a', { op: 'add', path: '/b', value: 1 }),
  patch('', { op: 'add', path: '/', value: 1 }),
] as const)('an address with a slash too many is none: %j', async (bad) => {
  await expect(write(bad)).rejects.toMatchObject({ code: 'ERR_INVALID_PATH' })
})

test('a patch at the root is below each of its own paths', async () => {
  await write(patch('', { op: 'add', path: '/rooted', value: 1 }))
  expect(opened.catalog.document()).toMatchObject({ rooted: 1 })
})

test.for([
  ['test', { path: '/alice/role', value: 'reader' }, 'ERR_PATCH_TEST'],
  ['test', { path: '/carol', value: 1 }, 'ERR_NOT_FOUND'],
  ['copy', { from: '/carol', path: '/x' }, 'ERR_NOT_FOUND'],
  ['move', { from: '/list/-', path: '/x' }, 'ERR_NOT_FOUND'],
  ['move', { from: '/list', path: '/list/0' }, 'ERR_INVALID_PATH'],
  ['remove', { path: '/carol' }, 'ERR_NOT_FOUND'],
  ['add', { path: '/carol/role', value: 1 }, 'ERR_NOT_FOUND'],
  ['add', { path: '/list/7', value: 1 }, 'ERR_NOT_FOUND'],
] as const)('%s %j: %s, and nothing of the update happened', async ([op, rest, code]) => {
  const before = opened.catalog.document()
  const bad = patch('/users', { op: 'add', path: '/new', value: 1 }, { op, ...rest })
  await expect(write({ path: ['other'], value: 1 }, bad)).rejects.toMatchObject({ code })
  expect(opened.catalog.document()).toBe(before)
  expect(opened.failures).toMatchObject([{ id: 'u', kind: 'data' }])
})

test.for([
  patch('', { op: 'replace', path: '', value: {} }),
  patch('', { op: 'move', from: '/system/version', path: '/v' }),
  patch('/http', { op: 'add', path: '/authz', value: {} }),
  { method: 'DELETE', path: ['node'] },
  { method: 'DELETE', path: [] },
  { method: 'FOLLOW', path: [], value: { system: { x: 1 } }, before: undefined },
] as const)('what is not for updates stays: %j', async (bad) => {
  await expect(write(bad)).rejects.toMatchObject({ code: 'ERR_RESERVED_PATH' })
})

test('what is to be gone goes, and may be gone already', async () => {
  await write({ method: 'DELETE', path: ['users', 'alice'] })
  expect(users()).toEqual({ list: [1, 2, 3] })
  await write({ method: 'DELETE', path: ['users', 'alice', 'role'] })
  expect(users()).toEqual({ list: [1, 2, 3] })
})

test('what does not fit is left out where that is asked for, and the rest is one revision', async () => {
  const unfit: unknown[] = []
  const published = opened.published.length
  await opened.catalog.putData({
    id: 'some',
    writes: [
      { path: ['a'], value: 1 },
      { path: ['system'], value: 1 },
      patch('/users', { op: 'remove', path: '/x' }),
      { path: ['b'], value: 2 },
    ],
    onUnfit: (index, { code }) => unfit.push([index, code]),
  })
  expect(unfit).toEqual([
    [1, 'ERR_RESERVED_PATH'],
    [2, 'ERR_NOT_FOUND'],
  ])
  expect(opened.catalog.document()).toMatchObject({ a: 1, b: 2 })
  expect(opened.published).toHaveLength(published + 1)
})

test('what failed is answered when whoever is told of it has noted it', async () => {
  const noted = Promise.withResolvers<void>()
  let isAnswered = false
  opened.catalog.onFailed(() => noted.promise)
  const failing = write({ path: ['system'], value: 1 }).catch(() => (isAnswered = true))
  await vi.waitFor(() => expect(opened.failures).toHaveLength(1))
  await turn()
  expect(isAnswered).toBe(false)
  noted.resolve()
  expect(await failing).toBe(true)
})

test('where nothing fits it fails', async () => {
  const bad: DataWrite = { path: ['system'], value: 1 }
  const some = opened.catalog.putData({ id: 'none', writes: [bad, bad], onUnfit: () => undefined })
  await expect(some).rejects.toMatchObject({ code: 'ERR_RESERVED_PATH' })
})

test.for<[string, Json | undefined, Json, Json | undefined, Json]>([
  ['nothing was there', undefined, { a: 1 }, undefined, { a: 1 }],
  ['something was there first', undefined, { a: 1, b: 2 }, { a: 0 }, { a: 0, b: 2 }],
  ['nothing new', { a: 1 }, { a: 1 }, { a: 5, c: 3 }, { a: 5, c: 3 }],
  ['a new member', { a: 1 }, { a: 1, b: 2 }, { a: 5, c: 3 }, { a: 5, c: 3, b: 2 }],
  ['a changed member', { a: 1 }, { a: 2 }, { a: 5, c: 3 }, { a: 2, c: 3 }],
  ['a member less', { a: 1, b: 1 }, { a: 1 }, { a: 5, b: 5, c: 3 }, { a: 5, c: 3 }],
  ['a list is one value', [1], [1, 2], [9], [1, 2]],
  ['another kind of value', { a: 1 }, [1], { a: 1, c: 3 }, [1]],
  ['members after another value', 1, { a: 1 }, { c: 3 }, { a: 1 }],
  ['a member that others removed', { a: 1, b: 1 }, { a: 1, b: 2 }, {}, { b: 2 }],
])('what a source says, %s', ([, before, value, current, expected]) => {
  const steps = [...followSteps({ before, value, current }, ['x'])]
  const document = current === undefined ? {} : { x: current }
  expect(applyPatch(document, steps)).toEqual({ x: expected })
})

const json = fc.jsonValue({ depthSize: 'small' }) as fc.Arbitrary<Json>

test('where nobody else writes, what is there is what the source says', () => {
  fc.assert(
    fc.property(json, json, (before, value) => {
      const steps = [...followSteps({ before, value, current: before }, ['x'])]
      expect(equalJson(applyPatch({ x: before }, steps), { x: value })).toBe(true)
    }),
  )
})

test('what a source never spoke of stays', () => {
  fc.assert(
    fc.property(json, json, json, (before, value, theirs) => {
      const current = { theirs, ours: before }
      const versions = { before: { ours: before }, value: { ours: value }, current }
      const after = applyPatch({ x: current }, [...followSteps(versions, ['x'])])
      expect(equalJson(after, { x: { theirs, ours: value } })).toBe(true)
    }),
  )
})
