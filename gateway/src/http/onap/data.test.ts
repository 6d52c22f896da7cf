import { readFile } from 'node:fs/promises'

import type { PatchOperation } from '@vedette/core/bundle/patch'
import type { Json, JsonObject } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import { parsePointer } from '@vedette/core/json/pointer'
import fc from 'fast-check'
import { beforeAll, beforeEach, expect, test, vi } from 'vitest'

import { CatalogError } from '../../catalog/catalog-error.ts'
import type { TestKeys } from '../../catalog/catalog.support.ts'
import { createKeys, tosca, update } from '../../catalog/catalog.support.ts'
import { openForTest } from '../../catalog/for-test.support.ts'
import { openOnap } from './onap.support.ts'
import type { OnapDoorsOptions } from './onap.ts'

interface Recording {
  readonly policies: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly cases: readonly {
    readonly name: string
    readonly method: string
    readonly path: string
    readonly body?: object
    readonly status: number
    readonly requestId?: string
    readonly version?: string
    readonly contentType?: string
    readonly answer: string
  }[]
}

const recording = JSON.parse(
  await readFile(new URL('fixtures/data.json', import.meta.url), 'utf8'),
) as Recording

let keys: TestKeys
const patchData = vi.fn<OnapDoorsOptions['catalog']['patchData']>()
const document = vi.fn<() => Json>()
const places: Readonly<Record<string, readonly (readonly string[])[]>> = {
  role: [['node', 'role']],
  two: [
    ['node', 'two', 'a'],
    ['node', 'two', 'b'],
  ],
  bare: [],
}
const mocked: OnapDoorsOptions['catalog'] = {
  policies: () => [],
  state: () => 'PASSIVE',
  dataPaths: (name) => (Object.hasOwn(places, name) ? places[name] : undefined),
  document,
  patchData,
}

beforeAll(async () => {
  keys = await createKeys()
})
beforeEach(() => {
  vi.resetAllMocks()
  patchData.mockResolvedValue({ epoch: 1, sequence: 1 })
})

type Ask = ReturnType<typeof openOnap>

const ask = openOnap({ catalog: mocked })

function patch(path: string, body: object | string, door: Ask = ask): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return door(`/policy/pdpo/v1/data${path}`, { method: 'PATCH', body: text })
}

const role = (...data: readonly unknown[]): object => ({ policyName: 'role', data })
const add = { op: 'add', path: '/x', value: 1 }

function operations(): readonly PatchOperation[] | undefined {
  return patchData.mock.lastCall?.[0].operations
}

async function deployed(): Promise<Ask> {
  const { catalog } = await openForTest({ signer: keys.signer })
  const deploy = Object.entries(recording.policies).map(([name, data]) => tosca(name, { data }))
  await catalog.apply(update({ deploy }))
  return openOnap({ catalog })
}

test('as recorded, one after the other', async () => {
  const door = await deployed()
  const onData = recording.cases.filter(({ path }) => path.startsWith('/policy/pdpo/v1/data'))
  expect(onData).toHaveLength(13)
  for (const { name, method, path, body, ...expected } of onData) {
    const answer = await door(path, { method, ...(body && { body: JSON.stringify(body) }) })
    expect(answer.status, name).toBe(expected.status)
    expect(answer.headers.get('content-type'), name).toBe(expected.contentType ?? null)
    expect(answer.headers.get('x-onap-requestid'), name).toBe(expected.requestId)
    expect(answer.headers.get('x-latestversion'), name).toBe(expected.version)
    const text = await answer.text()
    expect(text && parseJson(text), name).toEqual(expected.answer && parseJson(expected.answer))
  }
})

test('numbers keep every digit, on the way in and on the way out', async () => {
  const door = await deployed()
  const data = '[{"op":"add","path":"/n","value":[445611193265040130,1.0,1e3,-0,0.1000]}]'
  const answer = await patch('/node/role', `{"policyName":"role","data":${data}}`, door)
  expect(answer.status).toBe(204)
  expect(await answer.text()).toBe('')
  expect(await (await door('/policy/pdpo/v1/data/node/role/n')).text()).toBe(
    '{"data":[445611193265040130,1.0,1e3,-0,0.1000]}\n',
  )
})

test('a patch is answered with its revision, when the required replicas have it for who prefers that', async () => {
  const settled = vi.fn(() => Promise.resolve({ applied: ['a'], failed: [], pending: [] }))
  const door = openOnap({ catalog: mocked, required: { settled } })
  const path = '/policy/pdpo/v1/data/node/role'
  const asking = { method: 'PATCH', body: JSON.stringify(role(add)) }
  const answer = await door(path, asking)
  expect(answer.headers.get('vedette-revision')).toBe('1.1')
  expect([settled.mock.calls, answer.headers.get('preference-applied')]).toEqual([[], null])
  const waited = await door(path, { ...asking, headers: { prefer: 'wait=applied' } })
  expect(settled.mock.calls).toMatchObject([[{ epoch: 1, sequence: 1 }, expect.any(Number)]])
  expect(waited.headers.get('preference-applied')).toBe('wait=applied')
})

test('a patch that fails in its last operation changes nothing', async () => {
  const door = await deployed()
  const nowhere = { op: 'add', path: '/no/where', value: 1 }
  const answer = await patch('/node/role', role(add, nowhere), door)
  expect(answer.status).toBe(404)
  expect(await answer.json()).toMatchObject({
    errorMessage:
      'Error in updating data - storage_not_found_error: /node/role/no: document does not exist',
  })
  expect((await door('/policy/pdpo/v1/data/node/role/x')).status).toBe(404)
})

test.for([
  ['', 200, undefined],
  ['/', 200, undefined],
  ['/node', 200, undefined],
  ['/node/', 404, '/node/: document does not exist'],
  ['//', 404, '//: document does not exist'],
  ['/nod', 404, '/nod: document does not exist'],
  ['/node/list/1', 200, undefined],
  ['/node/list/9', 404, '/node/list/9: array index out of range'],
  ['/node/list/-1', 404, '/node/list/-1: array index out of range'],
  ['/node/list/-', 404, '/node/list/-: array index must be integer'],
  ['/node/list/length', 404, '/node/list/length: array index must be integer'],
  ['/node/constructor', 404, '/node/constructor: document does not exist'],
  ['/node/a%20b@c', 200, undefined],
  ['/node/a%20c@c', 404, '/node/a%20c@c: document does not exist'],
  ['/node%2Flist', 200, undefined],
  ['/node/%C3%A9?query', 200, undefined],
] as const)('GET %s answers %i', async ([path, status, words]) => {
  document.mockReturnValue({ node: { list: [1, 2], 'a b@c': 1, é: null } })
  const answer = await ask(`/policy/pdpo/v1/data${path}`)
  expect(answer.status).toBe(status)
  if (words === undefined) return
  const errorMessage = `Error in getting data - storage_not_found_error: ${words}`
  const refusal = { errorMessage, policyName: '', responseCode: 'resource_not_found' }
  expect(await answer.json()).toEqual(refusal)
})

test('whatever is in the document is found under its path', async () => {
  const segment = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => {
    return !/^\.{1,2}$/.test(text) && !text.includes('/') && text.isWellFormed()
  })
  await fc.assert(
    fc.asyncProperty(fc.array(segment, { minLength: 1 }), fc.jsonValue(), async (path, value) => {
      document.mockReturnValue(
        path.reduceRight<Json>((inner, name) => asParsed(name, inner), value as Json),
      )
      const answer = await ask(`/policy/pdpo/v1/data/${path.map(encodeURIComponent).join('/')}`)
      expect(parseJson(await answer.text())).toEqual(
        parseJson(JSON.stringify({ data: value })) as JsonObject,
      )
    }),
  )
})

function asParsed(name: string, value: Json): Json {
  return Object.fromEntries([[name, value]])
}

test.for(['PUT', 'POST', 'DELETE'])('%s is no way to change data', async (method) => {
  const answer = await ask('/policy/pdpo/v1/data/node/role', { method })
  expect(answer.status).toBe(400)
  expect(answer.headers.get('x-onap-requestid')).toBeNull()
  expect(await answer.json()).toEqual({
    errorMessage: `${method}MethodNotAllowed - Only PATCH and GET Method Allowed`,
    policyName: '',
    responseCode: 'invalid_parameter',
  })
})

test('without the account nothing is shown or changed', async () => {
  for (const path of ['', '/', '/node/role']) {
    for (const method of ['GET', 'PATCH']) {
      const headers = { authorization: '' }
      const answer = await ask(`/policy/pdpo/v1/data${path}`, { method, headers })
      expect(answer.status).toBe(401)
    }
  }
  expect(patchData).not.toHaveBeenCalled()
})

const expectedUnder = (policy: string, keys: string): string =>
  `Dynamic Data add/replace/remove for policy '${policy}' expected under url path '[${keys}]'`
const of = (operation: unknown): object => role(add, operation)

test.for([
  ['/node/role', '', 'error in decoding request data: the body is empty'],
  ['/node/role', '[]', 'error in decoding request data: the body must be an object, not a list'],
  [
    '/node/role',
    { policyName: 'role', data: {} },
    'error in decoding request data: data must be a list',
  ],
  ['/node/role', role(1), 'error in decoding request data: data must be a list of objects'],
  ['/node/role', {}, 'PolicyName is required and cannot be empty, Data is required and cannot'],
  ['/node/role', { ...role(add), currentTime: '8' }, 'CurrentTime is invalid'],
  ['/node/role', { policyName: 'rol', data: [add] }, 'Policy associated with the patch request'],
  ['/node/role', { policyName: 'constructor', data: [add] }, 'Policy associated with the patch'],
  ['', role(add), expectedUnder('role', 'node.role')],
  ['/node', role(add), expectedUnder('role', 'node.role')],
  ['/node.role', role(add), expectedUnder('role', 'node.role')],
  ['/node/rolex', role(add), expectedUnder('role', 'node.role')],
  ['/node/role/%2e%2e/a', role(add), expectedUnder('role', 'node.role')],
  ['/node/role%2F..', role({ ...add, path: '/../../y' }), undefined],
  ['/node/two', { policyName: 'two', data: [add] }, expectedUnder('two', 'node.two.a node.two.b')],
  ['/node/bare', { policyName: 'bare', data: [add] }, expectedUnder('bare', '')],
  ['/node/role', of({ path: '/x' }), 'Error in getting op type. Op type is not given'],
  ['/node/role', of({ ...add, op: 1 }), 'Error in getting op type. Op type is not given'],
  ['/node/role', of({ ...add, op: 'move' }), 'Invalid operation type (move) is used. Only add'],
  ['/node/role', of({ op: 'add', path: '/x' }), 'Error in getting data value. Value is not given'],
  ['/node/role', of({ op: 'add', value: null }), 'Error in getting data path. Path is not given'],
  ['/node/role', of({ op: 'remove', path: '' }), 'Error in getting data path. Path is not given'],
  ['/node/role', of({ op: 'remove', path: 7 }), 'Error in getting data path. Path is not given'],
  ['/node/role', of({ op: 'remove', path: '/' }), 'Invalid path (/) is used.'],
  ['/node/role', of({ op: 'remove', path: '/a~2' }), 'Bad patch path used :/a~2'],
  ['/node/role/%zz', role(add), 'invalid data path: /node/role/%zz'],
] as const)('a PATCH of %s with %j', async ([path, body, words]) => {
  const answer = await patch(path, body)
  if (words === undefined) {
    // Neither an encoded slash nor two dots lead anywhere else: they are names like any other.
    expect(operations()).toEqual([{ op: 'add', path: '/node/role/../../../y', value: 1 }])
    return
  }
  expect(answer.status).toBe(400)
  expect(answer.headers.get('x-latestversion')).toBe('1.0.0')
  expect(await answer.json()).toEqual({
    errorMessage: expect.stringContaining(words),
    policyName: '',
    responseCode: 'invalid_parameter',
  })
  expect(patchData).not.toHaveBeenCalled()
})

test.for([
  ['/node/role', '/x', '/node/role/x'],
  ['/node/role/', 'x', '/node/role/x'],
  ['/node/role/a%20b', '//x/y//', '/node/role/a b/x/y'],
  ['/node/role', '/a~1b~0c', '/node/role/a~1b~0c'],
  ['/node/role', '/a%2Fb%7E1', '/node/role/a~1b~1'],
  ['/node/role', '/50%', '/node/role/50%'],
  ['/node/role/list', '/-', '/node/role/list/-'],
] as const)('a PATCH of %s at %s writes %s', async ([path, place, pointer]) => {
  const answer = await patch(path, role({ op: 'replace', path: place, value: null }))
  expect(answer.status).toBe(204)
  expect(operations()).toEqual([{ op: 'replace', path: pointer, value: null }])
})

test.for([
  ['ERR_NOT_FOUND', 404, 'Error in updating data - storage_not_found_error: why'],
  ['ERR_INVALID_PATH', 400, 'Error in checking patch path - why'],
  ['ERR_RESERVED_PATH', 400, 'Error in checking patch path - why'],
  ['ERR_TOO_LARGE', 500, 'Error in updating data - why'],
  ['ERR_STORAGE', 500, 'Error in updating data - why'],
] as const)('%s is answered %i', async ([code, status, errorMessage]) => {
  patchData.mockRejectedValue(new CatalogError(code, 'why'))
  const answer = await patch('/node/role', role(add))
  expect(answer.status).toBe(status)
  expect(await answer.json()).toMatchObject({ errorMessage })
})

test('more than 10 MiB is not read', async () => {
  const answer = await patch('/node/role', role({ ...add, value: 'x'.repeat(11 * 1024 * 1024) }))
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({
    errorMessage: 'error in decoding request data: http: request body too large',
  })
})

const names = fc.oneof(
  fc.constantFrom('node', 'role', 'rol', 'rolex', 'two', 'a', 'b', '..', '.', '', '%2e%2e', '~1'),
  fc.string({ maxLength: 3, unit: 'grapheme' }),
)
const anyPath = fc.array(names, { maxLength: 5 }).map((path) => path.join('/'))

test('no path, however it is spelt, leads out of what the policy owns', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('role', 'two', 'bare'),
      fc.oneof(anyPath, anyPath.map(encodeURIComponent), anyPath.map(encodeURI)),
      anyPath,
      async (policyName, urlPath, path) => {
        patchData.mockClear()
        const url = `/${urlPath.replaceAll(/[?#]/g, '')}`
        const data = [{ op: 'remove', path }]
        const { status } = await patch(url, { policyName, data })
        // Two dots may lead to where there is no door at all.
        expect(patchData.mock.calls.length === 1 ? [204] : [400, 404]).toContain(status)
        for (const operation of operations() ?? []) {
          const target = parsePointer(operation.path)
          const isOwned = places[policyName]?.some(
            (place) =>
              target.length > place.length && place.every((name, at) => name === target[at]),
          )
          expect(isOwned).toBe(true)
        }
      },
    ),
    { numRuns: 500 },
  )
})

test('below what the policy owns every path is taken', async () => {
  const name = fc.string({ minLength: 1, maxLength: 5, unit: 'grapheme' }).filter((text) => {
    return !/^\.{1,2}$/.test(text) && !text.includes('/') && text.isWellFormed()
  })
  await fc.assert(
    fc.asyncProperty(fc.array(name), fc.array(name, { minLength: 1 }), async (below, path) => {
      const url = ['', 'node', 'role', ...below.map(encodeURIComponent)].join('/')
      const pointer = path.map((segment) => `/${encodeURIComponent(escaped(segment))}`).join('')
      const answer = await patch(url, role({ op: 'remove', path: pointer }))
      expect(answer.status).toBe(204)
      const [operation] = operations() ?? []
      expect(parsePointer(operation?.path ?? '')).toEqual(['node', 'role', ...below, ...path])
    }),
  )
})

function escaped(segment: string): string {
  return segment.replaceAll('~', '~0')
}
