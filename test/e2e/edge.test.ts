import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'

import type { Key, Publisher } from '../support/edge/publisher.ts'
import { createKey, createPublisher } from '../support/edge/publisher.ts'
import { alicesRole, aliceReads, fixtureUnit, roles } from '../support/edge/units.ts'
import type { EdgeWorker } from '../support/edge/worker.ts'
import { startEdge, token } from '../support/edge/worker.ts'

const origin = 'http://127.0.0.1:8282'
const bearer = { authorization: `Bearer ${token}` }

let key: Key
let edge: EdgeWorker
let epoch = 0
let publisher: Publisher

beforeAll(async () => {
  key = await createKey()
  const vars = { VEDETTE_TOKEN: token, VEDETTE_TRUST: key.trust }
  edge = await startEdge({
    vars: { ...vars, VEDETTE_FRESHNESS_MS: '0', VEDETTE_ORIGINS: `http://other,${origin}` },
  })
})
afterAll(() => edge.close())
beforeEach(() => {
  publisher = createPublisher({ signer: key.signer, epoch: ++epoch })
})

test('before the first head it says so, and decides nothing', async () => {
  expect(await edge.ask('authz/allow')).toMatchObject({
    status: 503,
    body: { code: 'ERR_NOT_READY' },
  })
  expect(await edge.get('/health')).toEqual({ status: 200, body: {} })
  expect(await edge.get('/ready')).toEqual({ status: 503, body: { status: 'unavailable' } })
  expect(await edge.get('/healthy')).toEqual({ status: 503, body: { status: 'unavailable' } })
  expect((await edge.ask('system/opal/ready')).body).toEqual({ result: false })
  expect((await edge.get('/ready?verbose')).status).toBe(401)
  expect(await edge.get('/ready?verbose', { authorization: `Bearer ${token}` })).toMatchObject({
    status: 503,
    body: { status: 'unavailable', missing: [{ what: 'policy', since: expect.any(String) }] },
  })
})

describe('a push', () => {
  test('is decided on as soon as it is acknowledged, by WebSocket and by POST', async () => {
    const line = await edge.dial()
    const held = await line.push(await publisher.deploy([await fixtureUnit('rbac', 'authz')]))
    expect(held.status).toMatchObject({ kind: 'edge', revision: `${epoch}.1`, ready: true })
    expect((await edge.ask('authz/allow', aliceReads)).body).toMatchObject({ result: false })

    await edge.push(await publisher.setData(roles))
    expect((await edge.ask('authz/allow', aliceReads)).body).toMatchObject({
      result: true,
      revision: `${epoch}.2`,
      decision_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })

    await line.push(await publisher.patch([{ op: 'replace', path: alicesRole, value: [] }]))
    expect((await edge.ask('authz/allow', aliceReads)).body).toMatchObject({ result: false })
    await line.close()
  })

  test('brings another policy over the same data', async () => {
    await edge.push(await publisher.setData({ node: { n: 1 } }))
    await edge.push(await publisher.deploy([await fixtureUnit('rbac', 'authz')]))
    await edge.push(await publisher.deploy([await fixtureUnit('shapes', 'shapes')]))
    expect((await edge.ask('shapes/document')).body).toMatchObject({ result: { n: 1 } })
    expect((await edge.ask('authz/allow')).body).not.toHaveProperty('result')
  })

  test('may bring several units, or none', async () => {
    const units = [await fixtureUnit('rbac', 'authz'), await fixtureUnit('shapes', 'shapes')]
    await edge.push(await publisher.setData(roles))
    await edge.push(await publisher.deploy(units))
    expect((await edge.ask('authz/allow', aliceReads)).body).toMatchObject({ result: true })
    expect((await edge.ask('shapes/kind', 1)).body).toMatchObject({ result: 'number' })

    await edge.push(await publisher.deploy([]))
    const { status, body } = await edge.ask('authz/allow', aliceReads)
    expect({ status, body }).toEqual({
      status: 200,
      body: { revision: `${epoch}.3`, decision_id: expect.any(String) },
    })
  })

  test('sent again changes nothing', async () => {
    const push = await publisher.deploy([await fixtureUnit('rbac', 'authz')])
    const first = await edge.push(push)
    expect(await edge.push(push)).toEqual(first)
  })

  test('is never mixed with another: an answer is the one of its revision', async () => {
    await edge.push(await publisher.deploy([await fixtureUnit('shapes', 'shapes')]))
    await edge.push(await publisher.setData({ node: { sequence: 2 } }))
    let pushing = true
    const answers: { readonly [member: string]: unknown }[] = []
    const asking = Array.from({ length: 4 }, async () => {
      while (pushing) answers.push((await edge.ask('shapes/document')).body)
    })
    for (let sequence = 3; sequence < 40; sequence++) {
      const value = { sequence }
      await edge.push(await publisher.patch([{ op: 'replace', path: '/node', value }]))
    }
    pushing = false
    await Promise.all(asking)
    expect(answers.length).toBeGreaterThan(0)
    for (const { result, revision } of answers) {
      expect(revision).toBe(`${epoch}.${(result as { sequence: number }).sequence}`)
    }
  })
})

describe('a question', () => {
  beforeEach(async () => {
    await edge.push(await publisher.deploy([await fixtureUnit('shapes', 'shapes')]))
  })

  test.for([
    [null, 'null'],
    [false, 'boolean'],
    [0, 'number'],
    ['', 'string'],
    [undefined, undefined],
  ])('takes %j for what it is', async ([input, kind]) => {
    expect((await edge.ask('shapes/kind', input)).body['result']).toBe(kind)
  })

  test.for([
    ['shapes/document', { n: 2 }],
    ['system/opal/last_data_transaction/success', true],
  ] as const)(
    'to %s may ask for a revision, waited for, and for a moment only',
    async ([path, result]) => {
      const notReached = { status: 503, body: { code: 'ERR_REVISION_NOT_REACHED' } }
      const later = { ...bearer, 'vedette-revision': `${epoch}.2` }
      expect(await edge.get(`/v1/data/${path}`, later)).toMatchObject(notReached)

      const asking = vi.waitFor(async () => {
        const answer = await edge.get(`/v1/data/${path}?atLeast=${epoch}.2`, bearer)
        expect(answer).toMatchObject({ status: 200, body: { result } })
      })
      await edge.push(await publisher.setData({ node: { n: 2 } }))
      await asking
      expect((await edge.get(`/v1/data/${path}?atLeast=3`, bearer)).status).toBe(400)
    },
  )

  test('by GET, and without a body, has no input', async () => {
    const { body } = await edge.get('/v1/data/shapes/kind', bearer)
    expect(body).toEqual({ revision: `${epoch}.1`, decision_id: expect.any(String) })
    const url = new URL('/v1/data/shapes/kind', edge.url)
    const answer = await fetch(url, { method: 'POST', headers: bearer })
    expect(await answer.json()).not.toHaveProperty('result')
  })

  test('keeps the digits of numbers', async () => {
    const body = '{"input":[445611193265040129,0.10000000000000000001]}'
    const url = new URL('/v1/data/shapes/echo', edge.url)
    const answer = await fetch(url, { method: 'POST', headers: bearer, body })
    expect(await answer.text()).toContain('"result":[445611193265040129,0.10000000000000000001]')
  })

  test.for(['{"input":', '[]', '"input"', 'null'])('that is %j is refused', async (body) => {
    const url = new URL('/v1/data/shapes/echo', edge.url)
    const answer = await fetch(url, { method: 'POST', headers: bearer, body })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code: 'ERR_JSON' })
  })

  test('whose evaluation fails is no decision', async () => {
    const { status, body } = await edge.ask('shapes/one_of', { words: ['a', 'b'] })
    expect(status).toBe(500)
    expect(body).toEqual({ code: 'ERR_EVALUATION', message: expect.stringContaining('conflict') })
    expect((await edge.ask('shapes/kind', 1)).status).toBe(200)
  })

  test('has a path in percent encoding, and a size', async () => {
    expect((await edge.ask('shapes/%E0%A4%A')).body).toMatchObject({ code: 'ERR_JSON' })
    expect((await edge.ask('shapes/%6Bind/', 1)).body).toMatchObject({ result: 'number' })
    expect(await edge.ask('shapes/kind', 'x'.repeat(10 * 1024 * 1024))).toMatchObject({
      status: 413,
      body: { code: 'ERR_TOO_LARGE' },
    })
  })
})

describe('a door', () => {
  test.for([
    ['POST', '/v1/data/authz/allow'],
    ['GET', '/v1/data/authz/allow'],
    ['GET', '/v1/data'],
    ['GET', '/v1/data/system/opal'],
    ['GET', '/v1/data/system/opal/ready'],
    ['POST', '/v1/data/system/opal/last_data_transaction'],
    ['POST', '/v1/data/system%2Fopal/ready'],
    ['POST', '/.vedette/push'],
    ['GET', '/.vedette/push'],
  ] as const)('%s %s needs the token', async ([method, path]) => {
    const url = new URL(path, edge.url)
    for (const authorization of ['', 'Bearer', `Bearer ${token}x`, `Basic ${token}`, token]) {
      const answer = await fetch(url, { method, headers: { authorization } })
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    }
  })

  test('for health is open, and tells how transactions went', async () => {
    await edge.push(await publisher.deploy([await fixtureUnit('rbac', 'authz')]))
    await edge.push(await publisher.setData({}))
    for (const member of ['ready', 'healthy']) {
      expect(await edge.get(`/${member}`)).toEqual({ status: 200, body: { status: 'ok' } })
      const url = new URL(`/v1/data/system/opal/${member}`, edge.url)
      const answer = await fetch(url, { method: 'POST' })
      expect(await answer.json()).toEqual({ result: true })
    }
    const { body } = await edge.get('/v1/data/system/opal', bearer)
    expect(body['result']).toMatchObject({
      last_policy_transaction: { id: `t${epoch}.1`, success: true },
      last_data_transaction: { id: `t${epoch}.2`, actions: ['set_policy_data'] },
    })
  })

  test('answers the configured origins by CORS, and no other', async () => {
    const allowed = async (from: string): Promise<string | null> => {
      const headers = { origin: from, 'access-control-request-method': 'POST' }
      const answer = await fetch(new URL('/v1/data/a', edge.url), { method: 'OPTIONS', headers })
      return answer.headers.get('access-control-allow-origin')
    }
    expect(await allowed(origin)).toBe(origin)
    expect(await allowed('http://evil.example')).toBeNull()
    expect(await allowed('null')).toBeNull()
  })
})
