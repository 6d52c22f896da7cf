import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { testDirectory } from '../../gateway/src/local-pap/test-directory.support.ts'
import { createLog } from '../../gateway/src/log.ts'
import { startOnapGateway } from '../support/onap-gateway.ts'
import type { OnapAnswer, OnapGateway } from '../support/onap-gateway.ts'

// What OPA-PDP's REST side does wrong, and the gateway does not, or does as well because components rely on it.

const policies = {
  'role/role.rego':
    'package role\n\nallow if input.user in data.node.role.admins\n\nadmins := data.node.role.admins\n',
  'role/data.json': '{"admins":["alice"]}',
  'rolex/rolex.rego': 'package rolex\n\nallow if data.node.rolex.open\n',
  'rolex/data.json': '{"open":false}',
  'nothing/nothing.rego': 'package nothing\n\np := 1 if input.never\n',
  'conflict/conflict.rego': 'package conflict\n\np := 1 if input.x\n\np := 2 if input.x\n',
}

let gateway: OnapGateway

beforeEach(async () => {
  gateway = await open()
})
afterEach(() => gateway[Symbol.asyncDispose]())

async function open(options: Parameters<typeof startOnapGateway>[0] = {}): Promise<OnapGateway> {
  const environment = {
    VEDETTE_PRELOAD_DIR: await testDirectory(policies),
    ...options.environment,
  }
  return startOnapGateway({ ...options, environment })
}

const door = (path: string): string => `/policy/pdpo/v1/${path}`

function decide(policyName: string, members: object = {}): Promise<OnapAnswer> {
  const body = { policyName, policyFilter: [''], input: { user: 'alice', x: true }, ...members }
  return gateway.call('POST', door('decision'), { body })
}

function patch(path: string, operation: object, policyName = 'role'): Promise<OnapAnswer> {
  return gateway.call('PATCH', door(`data${path}`), { body: { policyName, data: [operation] } })
}

async function dataAt(path: string): Promise<unknown> {
  const { status, body } = await gateway.call('GET', door(`data${path}`))
  return status === 200 ? (body as { readonly data: unknown }).data : status
}

const authorization = `Basic ${btoa('policyadmin:secret')}`

/** Sends a path as it is: `fetch` would tidy it up. */
async function sendAsIs(path: string, body: object): Promise<number | undefined> {
  const sending = httpRequest(gateway.url, { method: 'PATCH', path, headers: { authorization } })
  sending.end(JSON.stringify(body))
  const [answer] = (await once(sending, 'response')) as [IncomingMessage]
  answer.resume()
  return answer.statusCode
}

test('R1: a policy cannot patch the data of another whose name begins like its own', async () => {
  const open = { op: 'replace', path: '/open', value: true }
  expect((await patch('/node/rolex', open)).status).toBe(400)
  expect(await dataAt('/node/rolex')).toEqual({ open: false })
  expect((await patch('/node/rolex', open, 'rolex')).status).toBe(204)
})

test.each(['role/%2e%2e/rolex', 'role/../rolex', 'role/%2e%2e%2frolex', 'role//../rolex'])(
  'R2: the path %s leads nowhere else',
  async (path) => {
    const data = [{ op: 'replace', path: '/open', value: true }]
    expect(await sendAsIs(door(`data/node/${path}`), { policyName: 'role', data })).not.toBe(204)
    for (const inside of ['/../rolex/open', '/%2e%2e/rolex/open', '/..~1rolex/open']) {
      const stay = await patch('/node/role', { op: 'replace', path: inside, value: true })
      expect(stay.status).toBe(404)
    }
    expect(await dataAt('/node/rolex')).toEqual({ open: false })
  },
)

test('R3: nothing is patched in where rules are', async () => {
  for (const path of ['/role', '/role/allow', '/system', '/node']) {
    const shadow = await patch(path, { op: 'add', path: '/allow', value: true })
    expect([shadow.status, shadow.body]).toMatchObject([400, { responseCode: 'invalid_parameter' }])
  }
  expect((await decide('role', { input: { user: 'bob' } })).body).toMatchObject({
    output: { admins: ['alice'] },
  })
})

test('R4: numbers keep their digits, in data, in input and in output', async () => {
  const text = '445611193265040129'
  const body = `{"policyName":"role","data":[{"op":"replace","path":"/admins","value":[${text},1.0]}]}`
  expect((await gateway.call('PATCH', door('data/node/role'), { body })).status).toBe(204)
  expect((await gateway.call('GET', door('data/node/role/admins'))).text).toBe(
    `{"data":[${text},1.0]}\n`,
  )
  const question = `{"policyName":"role","policyFilter":[""],"input":{"user":${text}}}`
  expect((await gateway.call('POST', door('decision'), { body: question })).text).toContain(
    `"output":{"admins":[${text},1.0],"allow":true}`,
  )
})

test('R5: who may ask need not see or change what is decided by', async () => {
  await using guarded = await open({
    environment: { VEDETTE_ASKER_USER: 'cds', VEDETTE_ASKER_PASSWORD: 'asks' },
  })
  const as = (user: string, password: string) => ({
    headers: { authorization: `Basic ${btoa(`${user}:${password}`)}` },
  })
  const asker = as('cds', 'asks')
  const body = { policyName: 'role', policyFilter: ['allow'], input: { user: 'alice' } }
  const answer = await guarded.call('POST', door('decision'), { ...asker, body })
  expect(answer.body).toMatchObject({ output: { allow: true } })
  for (const path of [door('healthcheck'), door('statistics'), '/metrics'])
    expect((await guarded.call('GET', path, asker)).status).toBe(200)
  for (const method of ['GET', 'PATCH', 'PUT'])
    expect((await guarded.call(method, door('data/node/role'), asker)).status).toBe(403)
  for (const [user, password] of [
    ['cds', ''],
    ['', ''],
    ['cds', 'secret'],
  ] as const)
    expect((await guarded.call('GET', door('healthcheck'), as(user, password))).status).toBe(401)
  expect((await guarded.call('GET', door('data/node/role'))).status).toBe(200)
})

test('R5: it speaks TLS', async () => {
  const dir = await testDirectory({})
  const [keyFile, certFile] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  const files = ['-nodes', '-keyout', keyFile, '-out', certFile, '-subj', '/CN=localhost']
  await promisify(execFile)('openssl', [
    ...made,
    ...files,
    '-addext',
    'subjectAltName=IP:127.0.0.1',
  ])
  await using secured = await open({
    environment: { VEDETTE_TLS_CERT_FILE: certFile, VEDETTE_TLS_KEY_FILE: keyFile },
  })
  expect(secured.url).toMatch(/^https:/)
  const asking = httpsRequest(`${secured.url}${door('readiness')}`, {
    ca: await readFile(certFile),
  })
  asking.end()
  const [answer] = (await once(asking, 'response')) as [IncomingMessage]
  answer.resume()
  expect(answer.statusCode).toBe(200)
})

test('R6 stays: outside ACTIVE it is 500, and PASSIVE it is called', async () => {
  await using passive = await startOnapGateway({})
  const answer = await passive.call('GET', door('decision'))
  expect([answer.status, answer.body]).toMatchObject([
    500,
    { errorMessage: 'System Is In PASSIVE State, error handling request.' },
  ])
})

test('R7 stays: another method is 405 and an internal error, with data 400', async () => {
  const onDecision = await gateway.call('GET', door('decision'))
  expect([onDecision.status, onDecision.body]).toMatchObject([
    405,
    { errorMessage: 'GET MethodNotAllowed', responseCode: 'internal_error' },
  ])
  const onData = await gateway.call('PUT', door('data'))
  expect([onData.status, onData.body]).toMatchObject([
    400,
    { errorMessage: 'PUTMethodNotAllowed - Only PATCH and GET Method Allowed' },
  ])
})

test('R8 stays: without input it is 200, and JSON in a text', async () => {
  const { status, body } = await decide('role', { input: undefined })
  const { statusMessage } = body as { readonly statusMessage: string }
  expect([status, JSON.parse(statusMessage)]).toMatchObject([
    200,
    { warning: { code: 'api_usage_warning' } },
  ])
})

test('R9 stays: an evaluation that fails is 500; a package without values is an empty document', async () => {
  expect(await decide('conflict')).toMatchObject({
    status: 500,
    body: { responseCode: 'internal_error', errorMessage: expect.stringContaining('conflict') },
  })
  expect((await decide('nothing')).body).toMatchObject({ output: null })
})

test('R10 stays: a filter may go on below a value, and hints are two levels deep', async () => {
  const below = await decide('role', { policyFilter: ['allow/and/more'] })
  expect(below.body).toMatchObject({ output: { 'allow/and/more': true } })
  expect((await decide('nothing')).body).toMatchObject({
    statusMessage: 'Policy Filter(s) not matching, Valid Filter(s) are: []',
  })
})

test('R11: what cannot be decoded is told without names of types', async () => {
  for (const body of ['{', '[]', '{"policyName":1}', '{"currentDate":"x"}']) {
    for (const [method, path] of [
      ['POST', 'decision'],
      ['PATCH', 'data/node/role'],
    ] as const) {
      const answer = await gateway.call(method, door(path), { body })
      expect(answer.status).toBe(400)
      expect(answer.text).not.toMatch(/Go |struct|unmarshal|OPADecision|parsing time/)
    }
  }
})

test('R12 stays: zones with digits or two slashes are refused', async () => {
  for (const timeZone of ['America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'UTC+05:30']) {
    expect((await decide('role', { timeZone })).body).toMatchObject({
      errorMessage: 'TimeZone is invalid',
    })
  }
  expect((await decide('role', { timeZone: 'Europe/Paris' })).status).toBe(200)
})

test('R15: a caller that never ends its headers is sent away', async () => {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nhost: localhost\r\nx-slow: ')
  const [answer] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  expect(answer.toString()).toMatch(/^HTTP\/1.1 408 /)
})

test('R16: neither sources nor data go to the log, whatever its level', async () => {
  const log = createLog('trace')
  const logged: unknown[] = []
  for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const)
    vi.spyOn(log, level).mockImplementation((...args: unknown[]) => void logged.push(args))
  await using talkative = await open({ log })
  const data = [{ op: 'add', path: '/secret', value: 'a-secret-value' }]
  const body = { policyName: 'role', data }
  expect((await talkative.call('PATCH', door('data/node/role'), { body })).status).toBe(204)
  await talkative.call('POST', door('decision'), { body: 'a-secret-value' })
  expect((await talkative.call('GET', '/opa/listpolicies')).text).toContain('"name":"role"')
  expect(JSON.stringify(logged)).not.toMatch(/a-secret-value|package role/)
})
