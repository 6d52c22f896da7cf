import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { digestOf } from '../bundle/digest.ts'
import { VedetteError } from '../errors.ts'
import { packBytes, packText, unpackBlob } from './blob.ts'
import type { Held } from './held.ts'
import { decodeHeld, decodePush, encodeHeld, encodePush } from './messages.ts'
import type { Push } from './push.ts'
import { protocolVersion } from './version.ts'

const digest = 'ab'.repeat(32)

const push: Push = {
  protocol: protocolVersion,
  id: '1',
  scope: 'default',
  entries: ['entry'],
  blobs: [{ digest, text: '{}' }],
  head: 'head',
}

const held: Held = {
  id: '1',
  holdings: { positions: { data: digest }, missing: [digest] },
  status: {
    replica: 'r',
    kind: 'edge',
    scope: 'default',
    revision: '1.2',
    issued: 1,
    state: 'ACTIVE',
    ready: true,
    healthy: true,
    refusal: { code: 'ERR_GAP', message: 'a gap', at: 1 },
    transactions: [],
    last: {},
    lastFailed: {},
    statistics: { policy: { successful: 1, failed: 0 }, data: { successful: 0, failed: 0 } },
    engine: null,
    versions: null,
  },
}

describe('messages', () => {
  test('are read as they were written', () => {
    expect(decodePush(encodePush(push))).toEqual(push)
    expect(decodeHeld(encodeHeld(held))).toEqual(held)
  })

  test('of another version say so, whatever else changed', () => {
    for (const other of [{ ...push, protocol: 1 }, { protocol: 99 }, { ...push, protocol: '2' }])
      expect(() => decodePush(JSON.stringify(['push', other]))).toThrow(
        expect.objectContaining({ code: 'ERR_PROTOCOL_VERSION' }),
      )
  })

  test('of another kind, or with more entries than any gateway keeps, are malformed', () => {
    const malformed = expect.objectContaining({ code: 'ERR_MALFORMED' })
    expect(() => decodeHeld(encodePush(push))).toThrow(malformed)
    const entries = Array.from({ length: 4097 }, () => '')
    expect(() => decodePush(encodePush({ ...push, entries }))).toThrow(malformed)
  })

  test.each([
    ['push', encodePush(push), decodePush],
    ['held', encodeHeld(held), decodeHeld],
  ])('%s: any text is read, or refused with a VedetteError', (_, good, decode) => {
    const spoilt = fc
      .record({ at: fc.nat({ max: good.length }), by: fc.string({ maxLength: 3 }) })
      .map(({ at, by }) => good.slice(0, at) + by + good.slice(at + 1))
    const hostile = fc.constantFrom(
      '['.repeat(100_000),
      '["push",{"__proto__":{}}]',
      '["push",null]',
      '{"0":"push"}',
    )
    const isHandled = (text: string): void => {
      try {
        decode(text)
      } catch (error) {
        expect(error).toBeInstanceOf(VedetteError)
      }
    }
    const anyText = fc.oneof(spoilt, hostile, fc.string({ unit: 'binary' }), fc.json())
    fc.assert(fc.property(anyText, isHandled), { numRuns: 500 })
  })
})

describe('a blob', () => {
  test('comes back as it was, as bytes or as text', async () => {
    const comesBack = async (bytes: Uint8Array): Promise<void> => {
      expect(await unpackBlob(packBytes(await digestOf(bytes), bytes))).toEqual(bytes)
    }
    await fc.assert(fc.asyncProperty(fc.uint8Array(), comesBack))
    const textComesBack = async (text: string): Promise<void> => {
      const bytes = Uint8Array.from(new TextEncoder().encode(`\uFEFF${text}`))
      expect(await unpackBlob(packText(await digestOf(bytes), bytes))).toEqual(bytes)
    }
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary' }), textComesBack))
  })

  test('that is not what its address says, or no base64url, is refused', async () => {
    const refused = expect.objectContaining({ code: 'ERR_DIGEST' })
    await expect(unpackBlob({ digest, text: '' })).rejects.toEqual(refused)
    await expect(unpackBlob({ digest, text: '\uD800' })).rejects.toEqual(refused)
    await expect(unpackBlob({ digest, base64url: '%' })).rejects.toEqual(refused)
  })

  test('of bytes that are no text is not packed as one', () => {
    expect(() => packText(digest, Uint8Array.of(0xff))).toThrow(TypeError)
  })
})
