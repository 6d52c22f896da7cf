import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import type { Key, Publisher } from '../support/edge/publisher.ts'
import { createKey, createPublisher, emptyPush } from '../support/edge/publisher.ts'
import { alicesRole, aliceReads, fixtureUnit, roles } from '../support/edge/units.ts'
import type { EdgeWorker } from '../support/edge/worker.ts'
import { startEdge, token } from '../support/edge/worker.ts'

let key: Key
let publisher: Publisher
let epoch = 0

beforeAll(async () => {
  key = await createKey()
})
beforeEach(() => {
  publisher = createPublisher({ signer: key.signer, epoch: ++epoch })
})

const start = (vars: Record<string, string>) =>
  startEdge({ vars: { VEDETTE_FRESHNESS_MS: '0', ...vars } })
const trusted = () => ({ VEDETTE_TOKEN: token, VEDETTE_TRUST: key.trust })
const aliceMayRead = (edge: EdgeWorker) => edge.ask('authz/allow', aliceReads)

async function pushRoles(edge: EdgeWorker): Promise<void> {
  await edge.push(await publisher.deploy([await fixtureUnit('rbac', 'authz')]))
  await edge.push(await publisher.setData(roles))
}

describe('a Worker', () => {
  let edge: EdgeWorker
  beforeAll(async () => {
    edge = await start(trusted())
  })
  afterAll(() => edge.close())

  test('decides only while the PDP is ACTIVE', async () => {
    await pushRoles(edge)
    for (const state of ['PASSIVE', 'SAFE', 'TEST', 'TERMINATED'] as const) {
      await edge.push(await publisher.renew({ state }))
      expect(await aliceMayRead(edge)).toMatchObject({ status: 503, body: { code: 'ERR_PASSIVE' } })
    }
    await edge.push(await publisher.renew())
    expect(await aliceMayRead(edge)).toMatchObject({ status: 200, body: { result: true } })
  })

  test('does not decide on a head older than its scope allows, unless the scope says so', async () => {
    await pushRoles(edge)
    await edge.push(await publisher.renew({ maxAgeMs: 0, issued: Date.now() }))
    await expect
      .poll(() => aliceMayRead(edge))
      .toMatchObject({
        status: 503,
        body: { code: 'ERR_STALE' },
      })
    await edge.push(await publisher.renew({ maxAgeMs: 0, whenOlder: 'last-known' }))
    expect(await aliceMayRead(edge)).toMatchObject({ status: 200, body: { result: true } })
    await edge.push(await publisher.renew())
    expect(await aliceMayRead(edge)).toMatchObject({ status: 200, body: { result: true } })
  })

  test('that went to sleep decides, and goes on with the socket it had', async () => {
    await pushRoles(edge)
    const line = await edge.dial()
    const before = await line.push(emptyPush())
    await edge.hibernate()
    expect(await aliceMayRead(edge)).toMatchObject({ body: { result: true } })
    const after = await line.push(emptyPush())
    expect({ ...after, id: '' }).toEqual({ ...before, id: '' })
    await edge.hibernate()
    const patch = await publisher.patch([{ op: 'replace', path: alicesRole, value: [] }])
    expect((await line.push(patch)).status.revision).toBe(`${epoch}.3`)
    expect(await aliceMayRead(edge)).toMatchObject({ body: { result: false } })
    await line.close()
  })

  test('refuses over a sleep what it refused before', async () => {
    await pushRoles(edge)
    const old = await publisher.renew()
    await edge.push(await publisher.patch([{ op: 'replace', path: alicesRole, value: [] }]))
    await edge.hibernate()
    expect((await edge.push(old)).status.refusal).toMatchObject({ code: 'ERR_REPLAY' })
    expect(await aliceMayRead(edge)).toMatchObject({ body: { result: false } })
  })
})

describe('a Worker with a head it need not ask for', () => {
  let edge: EdgeWorker
  beforeAll(async () => {
    edge = await start({ ...trusted(), VEDETTE_FRESHNESS_MS: '600000' })
  })
  afterAll(() => edge.close())

  test('never decides on data or a program of another revision', async () => {
    await pushRoles(edge)
    expect(await aliceMayRead(edge)).toMatchObject({ body: { revision: `${epoch}.2` } })
    await edge.push(await publisher.patch([{ op: 'replace', path: alicesRole, value: [] }]))
    const { body } = await aliceMayRead(edge)
    expect([
      { revision: `${epoch}.2`, result: true },
      { revision: `${epoch}.3`, result: false },
    ]).toContainEqual({ revision: body['revision'], result: body['result'] })
    await edge.push(await publisher.deploy([await fixtureUnit('shapes', 'shapes')]))
    await edge.hibernate()
    const { status } = await edge.ask('shapes/kind', 1)
    expect(status).toBe(200)
  })
})

describe('closed doors', () => {
  test.for([
    ['no trust', undefined],
    ['trust that is no JSON', 'x'],
    ['trust without a key', '{"keys":[]}'],
  ])('%s: every push is refused', async ([, VEDETTE_TRUST]) => {
    const edge = await start({ VEDETTE_TOKEN: token, ...(VEDETTE_TRUST && { VEDETTE_TRUST }) })
    try {
      for (const push of [emptyPush(), await publisher.setData({})]) {
        const { id, status } = await edge.push(push)
        expect(id).toBe(push.id)
        expect(status).toMatchObject({ revision: null, refusal: { code: 'ERR_NO_TRUST' } })
      }
      expect((await aliceMayRead(edge)).body).toMatchObject({ code: 'ERR_NOT_READY' })
    } finally {
      await edge.close()
    }
  })

  test('trust in another key: ERR_SIGNATURE', async () => {
    const other = await createKey()
    const edge = await start({ VEDETTE_TOKEN: token, VEDETTE_TRUST: other.trust })
    try {
      const { status } = await edge.push(await publisher.setData({}))
      expect(status).toMatchObject({ revision: null, refusal: { code: 'ERR_SIGNATURE' } })
    } finally {
      await edge.close()
    }
  })

  test('no token is configured: nobody has it', async () => {
    const edge = await start({ VEDETTE_TRUST: key.trust })
    try {
      for (const authorization of ['', 'Bearer ', 'Bearer undefined', `Bearer ${token}`]) {
        for (const path of ['/v1/data/a', '/.vedette/push']) {
          const init = { method: 'POST', headers: { authorization } }
          expect((await fetch(new URL(path, edge.url), init)).status).toBe(401)
        }
      }
    } finally {
      await edge.close()
    }
  })
})
