import { digestOf } from '@vedette/core/bundle/digest'
import { unpackBlob } from '@vedette/core/protocol/blob'
import type { Push } from '@vedette/core/protocol/push'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import type { Key, Publisher } from '../support/edge/publisher.ts'
import { createKey, createPublisher, emptyPush } from '../support/edge/publisher.ts'
import { alicesRole, aliceReads, fixtureUnit, roles } from '../support/edge/units.ts'
import type { EdgeWorker, Line } from '../support/edge/worker.ts'
import { startEdge, token } from '../support/edge/worker.ts'

let key: Key
let edge: EdgeWorker
let line: Line
let epoch = 0
let publisher: Publisher

beforeAll(async () => {
  key = await createKey()
  const vars = { VEDETTE_TOKEN: token, VEDETTE_TRUST: key.trust, VEDETTE_FRESHNESS_MS: '0' }
  edge = await startEdge({ vars })
  line = await edge.dial()
})
afterAll(async () => {
  await line.close()
  await edge.close()
})

/** Alice may read; what every fault below must leave as it is. */
beforeEach(async () => {
  publisher = createPublisher({ signer: key.signer, epoch: ++epoch })
  await line.push(await publisher.deploy([await fixtureUnit('rbac', 'authz')]))
  await line.push(await publisher.setData(roles))
})

const revoke = () => publisher.patch([{ op: 'replace', path: alicesRole, value: [] }])

async function aliceMayRead(): Promise<unknown> {
  return (await edge.ask('authz/allow', aliceReads)).body['result']
}

/** The same text with another character in its middle: of a JWS, one byte of the payload. */
function spoilt(text: string): string {
  const middle = Math.floor(text.length / 2)
  return `${text.slice(0, middle)}${text[middle] === 'A' ? 'B' : 'A'}${text.slice(middle + 1)}`
}

function withSpoiltBlob(push: Push): Push {
  return {
    ...push,
    blobs: push.blobs.map((blob) =>
      'text' in blob ? { ...blob, text: blob.text.replace('[]', '[ ]') } : blob,
    ),
  }
}

describe('what was changed on the way is refused, and the last good head goes on', () => {
  test.for<[string, string, (push: Push) => Push]>([
    ['an entry', 'ERR_SIGNATURE', (push) => ({ ...push, entries: push.entries.map(spoilt) })],
    ['a head', 'ERR_SIGNATURE', (push) => ({ ...push, head: spoilt(push.head ?? '') })],
    ['a blob', 'ERR_DIGEST', withSpoiltBlob],
    [
      'a head sent as an entry',
      'ERR_SIGNATURE',
      (push) => ({ ...push, entries: [push.head ?? ''] }),
    ],
    ['a scope', 'ERR_SCOPE', (push) => ({ ...push, scope: 'other' })],
  ])('%s: %s', async ([, code, change]) => {
    const push = await revoke()
    const { status } = await line.push(change(push))
    expect(status).toMatchObject({ revision: `${epoch}.2`, refusal: { code } })
    expect(await aliceMayRead()).toBe(true)

    expect((await line.push(push)).status.revision).toBe(`${epoch}.3`)
    expect(await aliceMayRead()).toBe(false)
  })

  test('an entry of another scope: ERR_SCOPE', async () => {
    const other = createPublisher({ signer: key.signer, epoch: epoch + 1, scope: 'other' })
    const push = { ...(await other.setData({})), scope: 'default' }
    expect((await line.push(push)).status.refusal).toMatchObject({ code: 'ERR_SCOPE' })
    expect(await aliceMayRead()).toBe(true)
  })

  test('an old head replayed: ERR_REPLAY', async () => {
    const old = await publisher.renew()
    await line.push(await revoke())
    const { status } = await line.push(old)
    expect(status).toMatchObject({ revision: `${epoch}.3`, refusal: { code: 'ERR_REPLAY' } })
    expect(await aliceMayRead()).toBe(false)
  })

  test('an entry left out: ERR_GAP, until it comes', async () => {
    const first = await revoke()
    const second = await publisher.patch([{ op: 'add', path: '/node/n', value: 1 }])
    const { status, holdings } = await line.push(second)
    expect(status).toMatchObject({ revision: `${epoch}.2`, refusal: { code: 'ERR_GAP' } })
    expect(await aliceMayRead()).toBe(true)
    expect(holdings).toEqual((await line.push(emptyPush())).holdings)

    const entries = [...first.entries, ...second.entries]
    const blobs = [...first.blobs, ...second.blobs]
    const recovered = await line.push({ ...second, entries, blobs })
    expect(recovered.status.revision).toBe(`${epoch}.4`)
    expect(await aliceMayRead()).toBe(false)
  })

  test('content left out is named as missing, until it comes', async () => {
    const users = { nobody: { roles: ['never seen before'] } }
    const push = await publisher.patch([{ op: 'replace', path: '/node/users', value: users }])
    const { holdings } = await line.push({ ...push, blobs: [] })
    expect(holdings.missing).toEqual([push.blobs[0]?.digest])
    expect(await aliceMayRead()).toBe(true)
    await line.push({ ...emptyPush(), blobs: push.blobs })
    expect(await aliceMayRead()).toBe(false)
  })

  test('content may come ahead, as a binary message', async () => {
    const users = { nobody: { roles: ['never seen by anyone'] } }
    const push = await publisher.patch([{ op: 'replace', path: '/node/users', value: users }])
    for (const blob of push.blobs) line.send(await unpackBlob(blob))
    const { holdings, status } = await line.push({ ...push, blobs: [] })
    expect(holdings.missing).toEqual([])
    expect(status.revision).toBe(`${epoch}.3`)
    expect(await aliceMayRead()).toBe(false)
  })
})

describe('a program that does not start is a failed activation', () => {
  const wasms = {
    'no wasm': () => new Uint8Array([1, 2, 3]),
    'no policy': () => new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]),
    'a builtin that is missing': async () => (await fixtureUnit('unsupported', 'unsupported')).wasm,
  }

  test.for(Object.entries(wasms))('%s', async ([, wasm]) => {
    const unit = { packages: ['bad'], entrypoints: ['bad/rule'], wasm: await wasm() }
    const { status } = await line.push(await publisher.deploy([unit]))
    expect(status).toMatchObject({ revision: `${epoch}.2`, ready: true, healthy: false })
    expect(status.transactions.at(-1)).toMatchObject({
      id: `t${epoch}.3`,
      kind: 'policy',
      success: false,
      error: expect.stringMatching(/^ERR_ACTIVATION: /),
    })
    expect(await aliceMayRead()).toBe(true)

    const good = await publisher.deploy([await fixtureUnit('rbac', 'authz')])
    expect((await line.push(good)).status).toMatchObject({ healthy: true })
    expect(await aliceMayRead()).toBe(true)
  })
})

describe('garbage', () => {
  test.for(['', 'x', '[]', '{}', '["push"]', `["pull",${JSON.stringify(emptyPush())}]`])(
    '%j: ERR_MALFORMED',
    async (text) => {
      const { id, status } = await line.push(text)
      expect(id).toBe('')
      expect(status.refusal).toMatchObject({ code: 'ERR_MALFORMED' })
      expect((await edge.push(text)).status.refusal).toMatchObject({ code: 'ERR_MALFORMED' })
    },
  )

  test('in bytes is content that nothing names', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 1000 }), async (bytes) => {
        line.send(bytes)
        const { holdings, status } = await line.push(emptyPush())
        expect(status).toMatchObject({ revision: `${epoch}.2`, healthy: true })
        expect(holdings.missing).toEqual([])
      }),
      { numRuns: 40 },
    )
    expect(await aliceMayRead()).toBe(true)
  })

  test('of another version: ERR_PROTOCOL_VERSION', async () => {
    const text = JSON.stringify(['push', { ...emptyPush(), protocol: 99 }])
    expect((await line.push(text)).status.refusal).toMatchObject({ code: 'ERR_PROTOCOL_VERSION' })
  })

  test('of every kind leaves the socket open and the decision as it is', async () => {
    const statement = fc.oneof(fc.string(), fc.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/))
    const blob = fc.string().map((text) => ({ digest: '0'.repeat(64), text }))
    const shaped = fc.record({
      entries: fc.array(statement, { maxLength: 3 }),
      blobs: fc.array(blob, { maxLength: 2 }),
      head: fc.option(statement),
    })
    const push = fc.oneof(
      fc.json(),
      shaped.map((body) => JSON.stringify(['push', { ...emptyPush(), ...body }])),
    )
    await fc.assert(
      fc.asyncProperty(push, async (text) => {
        expect((await line.push(text)).status.revision).toBe(`${epoch}.2`)
      }),
      { numRuns: 40 },
    )
    expect(await aliceMayRead()).toBe(true)
  })

  test('of more than 32 MiB is refused unread', async () => {
    const headers = { authorization: `Bearer ${token}` }
    const body = 'x'.repeat(32 * 1024 * 1024 + 1)
    const answer = await fetch(new URL('/.vedette/push', edge.url), {
      method: 'POST',
      headers,
      body,
    })
    expect(answer.status).toBe(413)
    expect(await answer.json()).toMatchObject({ code: 'ERR_TOO_LARGE' })
  })
})

test('content of several MiB is kept in rows of one', async () => {
  const big = { node: { text: 'ü'.repeat(1_500_000) } }
  const push = await publisher.setData(big)
  await line.push(push)
  await edge.hibernate()
  const storage = await edge.server
    .getWorker()
    .getDurableObjectStorage('ReplicaHub', { name: 'default' })
  const rows = await storage.exec<{ length: number; bytes: ArrayBuffer }>(
    'SELECT length(bytes) AS length FROM kept WHERE key = ?',
    `blob/${await digestOf(JSON.stringify(big))}`,
  )
  expect(rows.map((row) => row.length)).toEqual([1048576, 1048576, 902868])
  await line.push(await publisher.deploy([await fixtureUnit('shapes', 'shapes')]))
  expect((await edge.ask('shapes/document')).body).toMatchObject({ result: big.node })
})
