import { openHead } from '@vedette/core/bundle/head'
import { neededBlobs } from '@vedette/core/evaluator/unit-engine'
import type { Json } from '@vedette/core/json/json'
import { stringifyJson } from '@vedette/core/json/stringify'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'

import type { OpenCatalog, TestKeys } from './catalog.support.ts'
import {
  createKeys,
  fakeCompiler,
  openIn,
  temporaryDirectory,
  tosca,
  update,
} from './catalog.support.ts'
import type { Catalog, CatalogOptions } from './catalog.ts'
import { follow, newcomer } from './reader.support.ts'

let keys: TestKeys
let directory: Awaited<ReturnType<typeof temporaryDirectory>>
let opened: OpenCatalog[]

beforeAll(async () => {
  keys = await createKeys()
})
beforeEach(async () => {
  directory = await temporaryDirectory()
  opened = []
})
afterEach(async () => {
  await Promise.all(opened.map(({ catalog }) => catalog.close()))
  await directory[Symbol.asyncDispose]()
})

async function open(options: Partial<CatalogOptions> = {}): Promise<OpenCatalog> {
  const it = await openIn(directory.path, { signer: keys.signer, ...options })
  opened.push(it)
  return it
}

/** Closes what is open, as a restart does, and opens it again. */
async function reopen(options: Partial<CatalogOptions> = {}): Promise<OpenCatalog> {
  await Promise.all(opened.splice(0).map(({ catalog }) => catalog.close()))
  return open(options)
}

function put(catalog: Catalog, path: string, value: Json): Promise<unknown> {
  return catalog.putData({ id: `put ${path}`, writes: [{ path: path.split('/').slice(1), value }] })
}

function textsOf(contents: readonly (Uint8Array | undefined)[]): readonly unknown[] {
  return contents.map((bytes) => JSON.parse(Buffer.from(bytes ?? []).toString()))
}

const deployed = { deploy: [tosca('role', { data: { 'node.role': '{"admins":["alice"]}' } })] }

test('a new catalogue is empty, passive, and has no head', async () => {
  const { catalog } = await open()
  expect(catalog.state()).toBe('PASSIVE')
  expect(catalog.policies()).toEqual([])
  expect(catalog.head()).toBeUndefined()
  expect(await catalog.renewHead()).toBeUndefined()
  expect(catalog.document()).toEqual({
    node: {},
    system: {
      version: { build_commit: '', build_hostname: '', build_timestamp: '', version: '1.1.0' },
    },
  })
  expect(await catalog.since({})).toEqual({ entries: [], blobs: new Map() })
})

test('every write takes the next sequence; parts that did not change get no entry', async () => {
  const { catalog, published } = await open({ now: () => 1_700_000_000_500 })
  await catalog.apply(update(deployed))
  await catalog.setState('ACTIVE')
  await catalog.setState('ACTIVE')
  const revision = await put(catalog, '/node/role/admins', ['bob'])
  await catalog.apply(update({ deploy: [tosca('other')] }))

  expect(revision).toEqual({ epoch: 1_700_000_000, sequence: 3 })
  expect(
    published.map(({ head, entries, transaction }) => [
      head.head.sequence,
      entries.map(({ entry }) => `${entry.part} ${entry.kind} ${entry.sequence}`),
      transaction?.kind,
    ]),
  ).toEqual([
    [1, ['policy snapshot 1', 'data snapshot 1'], 'policy'],
    [2, [], undefined],
    [3, ['data patch 3'], 'data'],
    [4, ['policy patch 4'], 'policy'],
  ])
  const { head } = await openHead(catalog.head()?.statement ?? '', keys.trust)
  expect(head).toMatchObject({
    scope: 'default',
    epoch: 1_700_000_000,
    sequence: 4,
    state: 'ACTIVE',
    issued: 1_700_000_000_500,
    maxAgeMs: 86_400_000,
    whenOlder: 'deny',
    parts: { policy: { sequence: 4 }, data: { sequence: 3 } },
  })
})

test('a transaction is named by the update, or by the policies in force', async () => {
  const { catalog, published } = await open()
  await catalog.apply(update(deployed))
  await put(catalog, '/node/x', 1)
  await catalog.apply(update({ deploy: [tosca('other')] }))
  await catalog.apply(update({ undeploy: [{ name: 'other', version: '1.0.0' }] }))
  const [first, data, second, third] = published.map(({ transaction }) => transaction?.id)
  expect(first).toMatch(/^[0-9a-f]{40}$/)
  expect(data).toBe('put /node/x')
  expect(second).not.toBe(first)
  expect(third).toBe(first)
})

test('an update that changes nothing is not published', async () => {
  const { catalog, published, failures } = await open()
  await catalog.apply(update(deployed))
  await catalog.apply(update(deployed))
  await catalog.apply(update({ undeploy: [{ name: 'unknown', version: '1.0.0' }] }))
  expect(published).toHaveLength(1)
  expect(failures).toEqual([])
})

test('a deployment that changes no data says nothing of the data', async () => {
  const { catalog, published } = await open()
  await catalog.apply(update(deployed))
  const [policy] = deployed.deploy
  await catalog.apply(
    update({
      deploy: [
        {
          ...policy!,
          version: '2.0.0',
          metadata: { 'policy-id': 'role', 'policy-version': '2.0.0' },
        },
      ],
    }),
  )
  expect(published.at(-1)?.entries.map(({ entry }) => entry.part)).toEqual(['policy'])
  // Only the manifest is new: the unit is what it was.
  expect(published.at(-1)?.blobs.size).toBe(1)
})

test('puts replace at their paths and create parents, explicitly', async () => {
  const { catalog, published } = await open()
  await put(catalog, '/users', { alice: { age: 1 }, list: [1, 2] })
  await catalog.putData({
    id: 'many',
    writes: [
      { path: ['users', 'alice'], value: null },
      { path: ['a', 'b~/', 'c'], value: 1 },
      { path: ['a', 'b~/', 'd'], value: 2 },
      { path: ['users', 'list', '1'], value: 445611193265040129n },
    ],
  })
  expect(catalog.document()).toMatchObject({
    users: { alice: null, list: [1, 445611193265040129n] },
    a: { 'b~/': { c: 1, d: 2 } },
  })
  const { entries, blobs } = published[1]!
  expect(Buffer.from(blobs.get(entries[0]!.entry.content) ?? []).toString()).toBe(
    '[{"op":"replace","path":"/users/alice","value":null},{"op":"add","path":"/a","value":{"b~/":{"c":1}}},' +
      '{"op":"add","path":"/a/b~0~1/d","value":2},{"op":"replace","path":"/users/list/1","value":445611193265040129}]',
  )
})

test.each([
  ['/', 'ERR_INVALID_PATH'],
  ['', 'ERR_RESERVED_PATH'],
  ['/node', 'ERR_RESERVED_PATH'],
  ['/system', 'ERR_RESERVED_PATH'],
  ['/system/version/version', 'ERR_RESERVED_PATH'],
  ['/http', 'ERR_RESERVED_PATH'],
  ['/http/authz', 'ERR_RESERVED_PATH'],
  ['/http/authz/allow', 'ERR_RESERVED_PATH'],
  ['/node//x', 'ERR_INVALID_PATH'],
  ['/node/\ud800', 'ERR_INVALID_PATH'],
  ['/node/scalar/x', 'ERR_INVALID_PATH'],
  ['/node/list/5', 'ERR_INVALID_PATH'],
])('a put to %j is refused: %s', async (path, code) => {
  const { catalog, published, failures } = await open()
  await catalog.apply(update({ deploy: [tosca('http.authz')] }))
  await put(catalog, '/node/scalar', 1)
  await put(catalog, '/node/list', [1])
  const before = catalog.document()
  const good = { path: ['node', 'good'], value: 1 }
  const bad = { path: path.split('/').slice(1), value: 1 }
  await expect(catalog.putData({ id: 'u1', writes: [good, bad] })).rejects.toMatchObject({ code })
  expect(catalog.document()).toBe(before)
  expect(published).toHaveLength(3)
  expect(failures).toMatchObject([{ id: 'u1', kind: 'data' }])
})

test("a put beside a package is none of the policy's business", async () => {
  const { catalog } = await open()
  await catalog.apply(update({ deploy: [tosca('http.authz')] }))
  await put(catalog, '/http/other', 1)
  await put(catalog, '/node/http/authz', 1)
  expect(catalog.document()).toMatchObject({ http: { other: 1 }, node: { http: { authz: 1 } } })
  const { deployErrors } = await catalog.apply(update({ deploy: [tosca('http.other')] }))
  expect(deployErrors.join()).toContain('there is data at or above /http/other')
})

test('a document that would be too large is refused', { timeout: 30_000 }, async () => {
  const { catalog } = await open()
  const large = 'x'.repeat(16 * 1024 * 1024)
  await expect(put(catalog, '/node/a', large)).rejects.toMatchObject({ code: 'ERR_TOO_LARGE' })
  await put(catalog, '/node/a', 1)
  expect(catalog.document()).toMatchObject({ node: { a: 1 } })
})

test(
  'a policy that makes the document too large fails alone, and what replaces it may be as large',
  {
    timeout: 30_000,
  },
  async () => {
    const { catalog } = await open()
    const large = (name: string, version = '1.0.0') =>
      tosca(name, { version, data: { [`node.${name}`]: JSON.stringify('x'.repeat(7_000_000)) } })
    await catalog.apply(update({ deploy: [large('a'), large('b')] }))
    const more = [tosca('c'), large('d'), large('a', '2.0.0'), tosca('e')]
    const { deployErrors } = await catalog.apply(update({ deploy: [large('b'), ...more] }))
    expect(deployErrors).toEqual([
      'failed to build Rego File for d: the data document would be larger than 16777216 bytes',
    ])
    expect(catalog.policies().map(({ name, version }) => `${name} ${version}`)).toEqual([
      'b 1.0.0',
      'c 1.0.0',
      'a 2.0.0',
      'e 1.0.0',
    ])
  },
)

test('what cannot be tried out is refused', async () => {
  const tryOut: CatalogOptions['tryOut'] = (candidate) => {
    const { document, manifest } = candidate
    for (const digest of Object.values(manifest.units).flatMap(neededBlobs))
      expect(candidate.blob(digest).byteLength).toBeGreaterThan(0)
    return stringifyJson(document).includes('poison')
      ? Promise.reject(new Error('it aborts'))
      : Promise.resolve()
  }
  const { catalog, published, failures } = await open({ tryOut })
  await catalog.apply(update(deployed))
  const poison = tosca('poison', { data: { 'node.poison': '1' } })
  expect(await catalog.apply(update({ deploy: [poison] }))).toEqual({
    deployed: [],
    undeployed: [],
    deployErrors: ['failed to build Rego File for poison: nothing could decide with it: it aborts'],
    undeployErrors: [],
  })
  await expect(put(catalog, '/node/poison', 1)).rejects.toMatchObject({ code: 'ERR_TRIAL' })
  expect(published).toHaveLength(1)
  expect(failures.map(({ kind }) => kind)).toEqual(['policy', 'data'])
})

test('a compiler that fails refuses the update as a whole', async () => {
  let works = true
  const working = fakeCompiler()
  const compiler: CatalogOptions['compiler'] = {
    ...working,
    plan: (...asked) =>
      works ? working.plan(...asked) : Promise.reject(new Error('the helper is gone')),
  }
  const { catalog, failures } = await open({ compiler })
  await catalog.apply(update(deployed))
  works = false
  const undeploy = [{ name: 'role', version: '1.0.0' }]
  expect(await catalog.apply(update({ deploy: [tosca('a')], undeploy }))).toEqual({
    deployed: [],
    undeployed: [],
    deployErrors: ['failed to build Rego File for a: the helper is gone'],
    undeployErrors: ['the helper is gone'],
  })
  expect(catalog.policies()).toEqual(undeploy)
  expect(failures).toMatchObject([{ kind: 'policy', error: 'the helper is gone' }])
})

test('an update that fails in part is published and reported', async () => {
  const { catalog, published, failures } = await open()
  await catalog.apply(update({ deploy: [tosca('a'), tosca('b', { rego: { b: 'broken' } })] }))
  expect(published).toHaveLength(1)
  expect(failures).toMatchObject([{ kind: 'policy', error: expect.stringContaining('b.rego:2:1') }])
  expect(failures[0]?.id).not.toBe(published[0]?.transaction?.id)
})

test('listeners are done before a write is acknowledged, and one that fails changes nothing', async () => {
  const { catalog } = await open()
  const seen: string[] = []
  catalog.onPublished(() => Promise.reject(new Error('mine')))
  catalog.onPublished(async ({ head }) => {
    await Promise.resolve()
    seen.push(`listener ${head.head.sequence} ${JSON.stringify(catalog.policies())}`)
  })
  const writes = [catalog.apply(update(deployed)), catalog.setState('ACTIVE')]
  await Promise.all(writes.map(async (write) => seen.push(`answer ${typeof (await write)}`)))
  expect(seen).toEqual([
    'listener 1 [{"name":"role","version":"1.0.0"}]',
    'answer object',
    'listener 2 [{"name":"role","version":"1.0.0"}]',
    'answer undefined',
  ])
})

test('a renewed head is the same place, issued later, never earlier', async () => {
  let clock = 1_700_000_000_000
  const { catalog } = await open({ now: () => clock })
  await catalog.apply(update(deployed))
  const before = catalog.head()?.head
  clock += 10_000
  expect((await catalog.renewHead())?.head).toEqual({ ...before, issued: clock })
  clock -= 60_000
  await catalog.setState('ACTIVE')
  expect(catalog.head()?.head).toMatchObject({ sequence: 2, issued: 1_700_000_010_000 })
})

test('a clock that was an hour ahead is forgotten with a new revision, also by a restart', async () => {
  let clock = 1_700_000_000_000
  const hour = 3_600_000
  const first = await open({ now: () => clock })
  await first.catalog.apply(update(deployed))
  clock -= hour
  const renewed = await first.catalog.renewHead()
  expect(renewed?.head).toMatchObject({ sequence: 2, issued: clock })
  expect((await first.catalog.renewHead())?.statement).toBe(renewed?.statement)
  clock -= hour
  await first.catalog.setState('ACTIVE')
  expect(first.catalog.head()?.head).toMatchObject({ sequence: 3, issued: clock })
  clock -= hour
  const { catalog } = await reopen({ now: () => clock })
  expect(catalog.head()?.head).toMatchObject({ sequence: 4, issued: clock, state: 'ACTIVE' })
})

test('a restart finds everything, and readers go on from where they were', async () => {
  const first = await open({ now: () => 1_700_000_000_000 })
  await first.catalog.apply(update({ deploy: [...deployed.deploy, tosca('b'), tosca('a')] }))
  await first.catalog.setState('ACTIVE')
  const reader = await follow(newcomer, await first.catalog.since({}), keys.trust)
  await put(first.catalog, '/node/role/admins', ['bob', 445611193265040129n])
  const [oldDocument, oldPolicies] = [first.catalog.document(), first.catalog.policies()]
  const oldHead = first.catalog.head()

  const { catalog } = await reopen({ now: () => 1_800_000_000_000 })
  expect(catalog.document()).toEqual(oldDocument)
  expect(catalog.policies()).toEqual(oldPolicies)
  expect(catalog.state()).toBe('ACTIVE')
  expect(catalog.head()?.head).toEqual({ ...oldHead?.head, issued: 1_800_000_000_000 })

  const missed = await catalog.since(reader.positions)
  expect(missed.entries.map(({ entry }) => entry.kind)).toEqual(['patch'])
  expect((await follow(reader, missed, keys.trust)).document).toEqual(oldDocument)
  await put(catalog, '/node/x', 1)
  expect(catalog.head()?.head.sequence).toBe(4)
})

test('with another signing key, who trusts that one alone gets everything', async () => {
  const first = await open()
  await first.catalog.apply(update(deployed))
  await put(first.catalog, '/node/x', 1)
  const other = await createKeys()
  const { catalog } = await reopen({ signer: other.signer })
  const reader = await follow(newcomer, await catalog.since({}), other.trust)
  expect(reader.document).toEqual(first.catalog.document())
  expect((await openHead(catalog.head()?.statement ?? '', other.trust)).head.sequence).toBe(2)
})

test('a newcomer gets one snapshot that stands for where the data is', async () => {
  const { catalog } = await open()
  await catalog.apply(update(deployed))
  await put(catalog, '/node/x', 1)
  await put(catalog, '/node/x', 2)
  const sent = await catalog.since({})
  expect(sent.entries.map(({ entry }) => [entry.part, entry.kind, entry.sequence])).toEqual([
    ['policy', 'snapshot', 1],
    ['data', 'snapshot', 3],
  ])
  const reader = await follow(newcomer, sent, keys.trust)
  expect(reader.document).toEqual(catalog.document())
  expect(reader.positions.data).toBe(catalog.head()?.head.parts.data?.position)
  expect(await catalog.since({})).toEqual(sent)
  for (const [digest, bytes] of sent.blobs) expect(await catalog.blob(digest)).toEqual(bytes)
  await put(catalog, '/node/x', 3)
  const missed = await catalog.since(reader.positions)
  expect((await follow(reader, missed, keys.trust)).document).toEqual(catalog.document())
})

test('a policy brings its own step and its own unit, and nothing of the others', async () => {
  const { catalog, published } = await open()
  await catalog.apply(update({ deploy: [tosca('a'), tosca('b'), tosca('c')] }))
  const reader = await follow(newcomer, await catalog.since({}), keys.trust)
  await catalog.apply(update({ deploy: [tosca('b', { version: '2.0.0' }), tosca('d')] }))
  const { entries, blobs } = published[1]!
  expect(textsOf(entries.map(({ entry }) => blobs.get(entry.content)))).toMatchObject([
    [
      { op: 'replace', path: '/policies/b', value: '2.0.0' },
      { op: 'add', path: '/policies/d', value: '1.0.0' },
      { op: 'replace', path: '/units/b', value: { name: 'b' } },
      { op: 'add', path: '/units/d', value: { name: 'd' } },
    ],
  ])
  expect(blobs.size).toBe(3)
  const missed = await catalog.since(reader.positions)
  expect(new Set(missed.blobs.keys())).toEqual(new Set(blobs.keys()))
  const { manifest } = await follow(reader, missed, keys.trust)
  expect(Object.keys(manifest?.units ?? {}).toSorted()).toEqual(['a', 'b', 'c', 'd'])
})

test('a newcomer gets one snapshot that stands for where the policies are', async () => {
  const { catalog } = await open()
  await catalog.apply(update({ deploy: [tosca('a')] }))
  await catalog.apply(update({ deploy: [tosca('b')] }))
  await catalog.apply(update({ undeploy: [{ name: 'a', version: '1.0.0' }] }))
  const sent = await catalog.since({ data: catalog.head()?.head.parts.data?.position })
  expect(sent.entries.map(({ entry }) => [entry.part, entry.kind, entry.sequence])).toEqual([
    ['policy', 'snapshot', 3],
  ])
  const reader = await follow(newcomer, sent, keys.trust)
  expect(reader.manifest?.policies).toEqual({ b: '1.0.0' })
  expect(reader.positions.policy).toBe(catalog.head()?.head.parts.policy?.position)
  for (const [digest, bytes] of sent.blobs) expect(await catalog.blob(digest)).toEqual(bytes)
})

test('a new version of the same sources ships no unit', async () => {
  const { catalog, published } = await open()
  const rego = { role: 'allow if true' }
  await catalog.apply(update({ deploy: [tosca('role', { rego })] }))
  await catalog.apply(update({ deploy: [tosca('role', { rego, version: '2.0.0' })] }))
  const { entries, blobs } = published[1]!
  expect(textsOf(entries.map(({ entry }) => blobs.get(entry.content)))).toEqual([
    [{ op: 'replace', path: '/policies/role', value: '2.0.0' }],
  ])
  expect(blobs.size).toBe(1)
})

test('after a restart only what changes is compiled', async () => {
  const first = await open()
  await first.catalog.apply(
    update({ deploy: [tosca('a'), tosca('b', { rego: { b: 'needs a' } })] }),
  )
  const compiler = fakeCompiler()
  const { catalog } = await reopen({ compiler })
  await catalog.apply(update({ deploy: [tosca('c')] }))
  expect(compiler.compiled).toEqual(['c.rego'])
  await catalog.apply(update({ deploy: [tosca('a', { version: '2.0.0' })] }))
  expect(compiler.compiled).toEqual(['c.rego', 'b.rego', 'a.rego'])
})

test('a reader whose position is unknown gets snapshots', async () => {
  const { catalog } = await open()
  await catalog.apply(update(deployed))
  await put(catalog, '/node/x', 1)
  const { entries } = await catalog.since({ policy: 'f'.repeat(64), data: '0'.repeat(64) })
  expect(entries.map(({ entry }) => entry.kind)).toEqual(['snapshot', 'snapshot'])
})

test('the log is bounded, and what it dropped is gone', { timeout: 30_000 }, async () => {
  const { catalog } = await open()
  await put(catalog, '/node/x', 0)
  const early = await follow(newcomer, await catalog.since({}), keys.trust)
  const dropped = early.tips.data?.entry.content ?? ''
  const megabyte = 'x'.repeat(1024 * 1024)
  for (let n = 1; n <= 12; n++) await put(catalog, '/node/x', `${n}${megabyte}`)
  expect(await catalog.blob(dropped)).toBeUndefined()
  const { entries } = await catalog.since(early.positions)
  expect(entries.map(({ entry }) => [entry.kind, entry.sequence])).toEqual([['snapshot', 13]])

  const again = (await reopen()).catalog
  expect(await again.blob(dropped)).toBeUndefined()
  expect(stringifyJson(again.document()).slice(0, 20)).toBe('{"node":{"x":"12xxxx')
})

test('a snapshot is preferred where it is much smaller than the patches', async () => {
  const { catalog } = await open()
  await put(catalog, '/node/x', 0)
  const early = await follow(newcomer, await catalog.since({}), keys.trust)
  await put(catalog, '/node/x', 'x'.repeat(200_000))
  await put(catalog, '/node/x', 1)
  const { entries } = await catalog.since(early.positions)
  expect(entries.map(({ entry }) => entry.kind)).toEqual(['snapshot'])
})

test('blobs nobody names any more are gone', async () => {
  const { catalog, published } = await open()
  await catalog.apply(update(deployed))
  const steps = new Set(published[0]?.entries.map(({ entry }) => entry.content))
  const [unit = ''] = [...(published[0]?.blobs.keys() ?? [])].filter((each) => !steps.has(each))
  expect(await catalog.blob(unit)).toBeDefined()
  await catalog.apply(update({ undeploy: [{ name: 'role', version: '1.0.0' }] }))
  expect(await catalog.blob(unit)).toBeUndefined()
})

test('a write that cannot be stored changes nothing', async () => {
  const { catalog, published, failures } = await open()
  await catalog.apply(update(deployed))
  const before = catalog.head()
  await catalog.close()
  await expect(put(catalog, '/node/x', 1)).rejects.toMatchObject({ code: 'ERR_STORAGE' })
  await expect(catalog.setState('ACTIVE')).rejects.toMatchObject({ code: 'ERR_STORAGE' })
  const { deployErrors } = await catalog.apply(update({ deploy: [tosca('b')] }))
  expect(deployErrors).toEqual(['failed to Insert Policy: b: the database is closed'])
  expect(catalog.state()).toBe('PASSIVE')
  expect(catalog.head()).toBe(before)
  expect(published).toHaveLength(1)
  expect(failures.map(({ kind }) => kind)).toEqual(['data', 'policy'])
  opened.length = 0
})

test('content of a data update is told before it is durable, and may never be named', async () => {
  const { catalog, published } = await open()
  const told: { readonly blobs: ReadonlyMap<string, Uint8Array>; readonly after: number }[] = []
  catalog.onContent((blobs) => void told.push({ blobs, after: published.length }))
  await catalog.apply(update(deployed))
  expect(told).toEqual([])
  await put(catalog, '/node/x', 1)
  expect(told).toEqual([{ blobs: published[1]?.blobs, after: 1 }])
  await catalog.close()
  await expect(put(catalog, '/node/x', 2)).rejects.toMatchObject({ code: 'ERR_STORAGE' })
  const [digest = ''] = told[1]?.blobs.keys() ?? []
  expect(digest).not.toBe('')
  expect(await catalog.blob(digest)).toBeUndefined()
  opened.length = 0
})

test('R18: the list of policies is made once for all decisions', async () => {
  const { catalog } = await open()
  await catalog.apply(update({ deploy: [tosca('role')] }))
  const list = catalog.policies()
  expect(catalog.policies()).toBe(list)
  await catalog.apply(update({ deploy: [tosca('cell')] }))
  expect(catalog.policies().map(({ name }) => name)).toEqual(['role', 'cell'])
})
