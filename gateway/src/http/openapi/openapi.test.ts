import { VedetteError } from '@vedette/core/errors'
import type { Decision } from '@vedette/core/evaluator/decision'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { CatalogError } from '../../catalog/catalog-error.ts'
import { BUILD_MS, startCompiler } from '../../compiler/compiler.support.ts'
import { emptyCatalog, openOnap } from '../onap/onap.support.ts'
import type { Asking } from '../onap/onap.support.ts'
import type { OnapDoorsOptions } from '../onap/onap.ts'
import { createAnswerCheck } from './openapi.support.ts'
import type { AnswerCheck, OpenApi } from './openapi.support.ts'
import { openapiDoor } from './openapi.ts'

let compiler: Awaited<ReturnType<typeof startCompiler>>
let answers: AnswerCheck
beforeAll(async () => {
  compiler = await startCompiler()
  const document = await (await openapiDoor().request('/')).json()
  answers = createAnswerCheck(document as OpenApi)
}, BUILD_MS)
afterAll(() => compiler.close())

const decided: Decision = {
  revision: '1.1',
  entrypoint: 'role',
  reason: 'evaluated',
  result: { allow: true },
}
const catalog: OnapDoorsOptions['catalog'] = {
  ...emptyCatalog,
  policies: () => [{ name: 'role', version: '1.0.0' }],
  dataPaths: (name) => (name === 'role' ? [['node', 'role']] : undefined),
  document: () => ({ node: { role: { users: ['alice'] } }, system: {} }),
  patchData: ({ operations }) =>
    operations[0]?.path.endsWith('/no')
      ? Promise.reject(new CatalogError('ERR_NOT_FOUND', '/node/role/no: document does not exist'))
      : Promise.resolve({ epoch: 1, sequence: 2 }),
}

interface Case extends Asking {
  readonly operation: string
  readonly path: string
  readonly status: number
  readonly options?: Partial<OnapDoorsOptions>
}

const passive = { catalog: { ...catalog, state: () => 'PASSIVE' as const } }
const ill = { trouble: () => 'the Kafka broker does not answer' }
const withTopic = (publish: () => Promise<void>): Partial<OnapDoorsOptions> => ({
  dataTopic: { publish },
})
const away = (): Promise<void> =>
  Promise.reject(new VedetteError('ERR_NOT_DELIVERED', 'no broker took the record'))

const pdpo = (door: string): string => `/policy/pdpo/v1/${door}`
const pdpx = (door: string): string => `/policy/pdpx/v1/${door}`
const question = { policyName: 'role', policyFilter: ['allow', 'no'], input: {} }
const change = { policyName: 'role', data: [{ op: 'add', path: '/x', value: 1 }] }
const missing = { policyName: 'role', data: [{ op: 'remove', path: '/no' }] }
const headers = { 'X-ONAP-RequestID': '8E6F784E-C9CB-42F6-BCC9-EDB5D0AF1CE1' }

function posts(path: string, status: number, body?: object, more?: Partial<Case>): Case {
  const text = body && { body: JSON.stringify(body) }
  return { operation: `post ${path}`, path, method: 'POST', status, ...text, ...more }
}

function gets(path: string, status: number, more?: Partial<Case>): Case {
  return { operation: `get ${path}`, path, status, ...more }
}

function patches(status: number, body: object, options: Partial<OnapDoorsOptions> = {}): Case {
  const path = pdpo('data/node/role')
  const operation = `patch ${pdpo('data/{path}')}`
  return { operation, path, method: 'PATCH', status, body: JSON.stringify(body), options }
}

const dataAt = pdpo('data/{path}')

const cases: readonly Case[] = [
  posts(pdpo('decision'), 200, question, { headers }),
  posts(pdpo('decision'), 200, { ...question, input: undefined }),
  posts(pdpo('decision'), 400, {}),
  posts(pdpo('decision'), 500, question, { options: passive }),
  posts(pdpo('decision'), 405, undefined, { method: 'DELETE' }),
  gets(pdpo('data'), 200),
  gets(dataAt, 200, { path: pdpo('data/node/role/users/0'), headers }),
  gets(dataAt, 404, { path: pdpo('data/no') }),
  patches(204, change),
  patches(
    202,
    change,
    withTopic(() => Promise.resolve()),
  ),
  patches(400, {}),
  patches(404, missing),
  patches(500, change, withTopic(away)),
  { operation: `put ${dataAt}`, path: pdpo('data/x'), method: 'PUT', status: 400 },
  posts(pdpo('generateast'), 200, { code: 'package a' }),
  posts(pdpo('generateast'), 400, { code: 'package' }),
  posts(pdpo('generateast'), 405, undefined, { method: 'PUT' }),
  gets(pdpo('healthcheck'), 200),
  gets(pdpo('healthcheck'), 503, { options: ill }),
  gets(pdpo('statistics'), 200, { headers }),
  gets(pdpo('readiness'), 200),
  gets(pdpo('readiness'), 503, { options: { ready: () => false } }),
  posts(pdpx('decision'), 200, { policyName: 'role/allow' }),
  posts(pdpx('decision'), 400, {}),
  posts(pdpx('decision'), 405, undefined, { method: 'PATCH' }),
  posts(pdpx('decision'), 500, question, { options: passive }),
  gets(pdpx('healthcheck'), 200),
  gets(pdpx('healthcheck'), 503, { options: ill }),
  gets(pdpx('statistics'), 200),
  gets('/metrics', 200),
  gets('/opa/listpolicies', 200),
]

/** Nobody gets in without an account, but for what says so. */
const shut: readonly Case[] = [
  ...[pdpo('decision'), pdpo('generateast'), pdpx('decision')].map((path) => posts(path, 401, {})),
  ...['healthcheck', 'statistics'].flatMap((door) => [
    gets(pdpo(door), 401),
    gets(pdpx(door), 401),
  ]),
  ...['/metrics', '/opa/listpolicies', pdpo('data')].map((path) => gets(path, 401)),
  gets(dataAt, 401),
  patches(401, change),
  { operation: `put ${dataAt}`, path: pdpo('data/x'), method: 'PUT', status: 401 },
].map((each) => ({ ...each, headers: { authorization: '' } }))

const asker = { user: 'asker', password: 'pass' }
const forbidden: readonly Case[] = [
  gets(pdpo('data'), 403),
  gets(dataAt, 403),
  patches(403, change),
  { operation: `put ${dataAt}`, path: pdpo('data/x'), method: 'PUT', status: 403 },
].map((each) => ({
  ...each,
  headers: { authorization: `Basic ${btoa('asker:pass')}` },
  options: { asker },
}))

test.for([...cases, ...shut, ...forbidden])(
  '$operation answers $status as documented',
  async (each) => {
    const { operation, path, status, options, ...asking } = each
    const ask = openOnap({ catalog, decide: () => decided, compiler, ...options })
    const answer = await ask(path, asking)
    expect(answer.status).toBe(status)
    await answers.check(operation, answer)
  },
)

test('the document is one of its own answers, and no other answer is documented', async () => {
  await answers.check('get /openapi.json', await openapiDoor().request('/'))
  expect(answers.unchecked()).toEqual([])
})

test('the check notices an answer that is not documented', async () => {
  const nameless = Response.json({ policies: [{ version: '1.0.0' }] })
  const checking = answers.check('get /opa/listpolicies', nameless)
  await expect(checking).rejects.toThrow(/\[\{"version":"1.0.0"\}\].* to be null/)
  const teapot = new Response('', { status: 418 })
  await expect(answers.check('get /metrics', teapot)).rejects.toThrow(/418/)
})
