import { readFile } from 'node:fs/promises'

import { capabilities } from '@vedette/core/evaluator/builtins/capabilities'
import type { Json } from '@vedette/core/json/json'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { ensureHelper } from '../../gateway/src/compiler/build.ts'
import { createCompiler } from '../../gateway/src/compiler/compiler.ts'
import type { Publisher } from '../support/edge/publisher.ts'
import { createKey, createPublisher } from '../support/edge/publisher.ts'
import type { EdgeWorker } from '../support/edge/worker.ts'
import { root, startEdge, token } from '../support/edge/worker.ts'

/** The demo routes under the sample policies, as a PAP would send them. */
let edge: EdgeWorker
let publisher: Publisher

beforeAll(async () => {
  const { signer, trust } = await createKey()
  const vars = { VEDETTE_TOKEN: token, VEDETTE_TRUST: trust, VEDETTE_FRESHNESS_MS: '0' }
  edge = await startEdge({ vars })
  publisher = createPublisher({ signer, epoch: 1 })
  await edge.push(await publisher.deploy([await compiled('documents', 'ocis')]))
  const node = { documents: await dataOf('documents'), ocis: await dataOf('ocis') }
  await edge.push(await publisher.setData({ node }))
})
afterAll(() => edge.close())

const fileOf = (path: string) => readFile(`${root}policies/${path}`, 'utf8')

async function dataOf(policy: string): Promise<Json> {
  return JSON.parse(await fileOf(`${policy}/data.json`)) as Json
}

async function compiled(...names: readonly string[]) {
  const compiler = createCompiler({ helperPath: await ensureHelper(), builtins: capabilities })
  const modules = names.map(async (name) => ({
    file: `${name}.rego`,
    source: await fileOf(`${name}/${name}.rego`),
  }))
  const result = await compiler.compile(await Promise.all(modules))
  await compiler.close()
  if ('errors' in result) throw new Error(JSON.stringify(result.errors))
  return result.unit
}

const read = (user: string) => edge.get('/api/documents/handbook', { 'x-user': user })
const look = () => edge.get('/api/thumbnails/holiday', { 'x-user': 'alice' })
const setUsers = (value: number) =>
  publisher.patch([{ op: 'replace', path: '/node/ocis/users', value }])

test('a document is read by role, and by its owner', async () => {
  expect(await read('bob')).toEqual({ status: 200, body: { document: 'handbook' } })
  expect((await edge.get('/api/documents/diary', { 'x-user': 'carol' })).status).toBe(200)
})

test.for(['mallory', ''])('a document is not read by %j', async (user) => {
  expect(await read(user)).toMatchObject({
    status: 403,
    body: { code: 'ERR_DENIED', entrypoint: 'documents/allow', revision: '1.2' },
  })
})

test('without x-user a document is not read', async () => {
  expect((await edge.get('/api/documents/handbook')).status).toBe(403)
})

test('after 20 users thumbnails are refused, and live', async () => {
  await edge.push(await setUsers(20))
  expect((await look()).status).toBe(200)
  await edge.push(await setUsers(21))
  expect(await look()).toMatchObject({ status: 403, body: { code: 'ERR_DENIED' } })
  await edge.push(await setUsers(20))
  expect((await look()).status).toBe(200)
})

test('who says what revision they wrote is answered by it, or told that it is not there yet', async () => {
  const looking = { 'x-user': 'alice' }
  const { body } = await edge.get('/api/thumbnails/holiday?atLeast=1.999', looking)
  expect(body).toMatchObject({ code: 'ERR_REVISION_NOT_REACHED' })
  const answer = await edge.get('/api/thumbnails/holiday', {
    ...looking,
    'vedette-revision': '1.1',
  })
  expect(answer.status).toBe(200)
  expect(await edge.get('/api/thumbnails/holiday?atLeast=new', looking)).toMatchObject({
    status: 400,
    body: { code: 'ERR_JSON', entrypoint: 'ocis/allow' },
  })
})

test('packages, their parents and base documents can be asked', async () => {
  expect((await edge.ask('node/ocis/limit')).body).toMatchObject({ result: 20 })
  expect((await edge.ask('ocis')).body).toMatchObject({ result: { allow: true } })
  const question = { user: 'bob', action: 'read', document: 'handbook' }
  expect((await edge.ask('', question)).body).toMatchObject({
    result: { documents: { allow: true }, node: { ocis: { users: 20 } } },
  })
})
