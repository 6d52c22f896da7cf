import fc from 'fast-check'
import { CompactSign, base64url, importJWK } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'

import type { Keys } from '../replica/gateway.support.ts'
import { makeKeys } from '../replica/gateway.support.ts'
import { createSigner, createTrust, publicPart } from './signature.ts'

const type = 'vedette-entry+jws'
const refused = expect.objectContaining({ code: 'ERR_SIGNATURE' })

let named: Keys
let nameless: Keys
let stranger: Keys
let statement: string

beforeAll(async () => {
  named = await makeKeys('one')
  nameless = await makeKeys()
  stranger = await makeKeys('one')
  statement = await named.signer.sign(type, '{"a":"é"}')
})

describe('a statement', () => {
  test('is opened with the key it was signed by', async () => {
    await expect(named.trust.open(type, statement)).resolves.toBe('{"a":"é"}')
  })

  test('is refused for another type, and under another key of the same name', async () => {
    await expect(named.trust.open('vedette-head+jws', statement)).rejects.toEqual(refused)
    await expect(stranger.trust.open(type, statement)).rejects.toEqual(refused)
  })

  test('is refused with any character changed, even where it decodes to the same bytes', async () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+/= \n'
    const alphabet = letters.split('')
    const change = fc.record({
      at: fc.nat({ max: statement.length - 1 }),
      to: fc.constantFrom(...alphabet),
    })
    const lastOnes = alphabet.map((to) => ({ at: statement.length - 1, to }))
    const isRefused = async ({ at, to }: { at: number; to: string }): Promise<void> => {
      fc.pre(statement[at] !== to)
      const changed = statement.slice(0, at) + to + statement.slice(at + 1)
      await expect(named.trust.open(type, changed)).rejects.toEqual(refused)
    }
    await fc.assert(fc.asyncProperty(change, isRefused), {
      numRuns: 500,
      examples: lastOnes.map((example) => [example] as const),
    })
  })

  test.each(['', '.', '..', 'a.b.c', ' ', 'null'])('%j is none', async (text) => {
    await expect(named.trust.open(type, text)).rejects.toEqual(refused)
  })

  test('anything is refused with a VedetteError, and nothing else', async () => {
    const open = async (text: string): Promise<void> => {
      await expect(named.trust.open(type, text)).rejects.toEqual(refused)
    }
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary' }), open))
  })
})

describe('a header', () => {
  const encode = (value: unknown): string => base64url.encode(JSON.stringify(value))

  test('without an algorithm proves nothing', async () => {
    const [, payload, signature] = statement.split('.')
    for (const end of ['', signature]) {
      const forged = `${encode({ alg: 'none', typ: type })}.${payload}.${end}`
      await expect(named.trust.open(type, forged)).rejects.toEqual(refused)
    }
  })

  test('cannot turn the public key into a shared secret', async () => {
    const secret = base64url.decode(named.privateKey.x ?? '')
    const forged = await new CompactSign(new TextEncoder().encode('{}'))
      .setProtectedHeader({ alg: 'HS256', typ: type })
      .sign(secret)
    await expect(named.trust.open(type, forged)).rejects.toEqual(refused)
  })

  test('cannot bring its own key', async () => {
    const key = await importJWK(stranger.privateKey, 'EdDSA')
    const forged = await new CompactSign(new TextEncoder().encode('{}'))
      .setProtectedHeader({ alg: 'EdDSA', typ: type, jwk: publicPart(stranger.privateKey) })
      .sign(key)
    await expect(named.trust.open(type, forged)).rejects.toEqual(refused)
  })

  test('with the name of a key that is not trusted is refused', async () => {
    const other = await createSigner({ ...named.privateKey, kid: 'two' })
    await expect(named.trust.open(type, await other.sign(type, '{}'))).rejects.toEqual(refused)
  })
})

describe('trust', () => {
  test('of several keys takes a statement of any of them, named or not', async () => {
    const keys = [named, nameless].map(({ privateKey }) => publicPart(privateKey))
    const trust = createTrust({ keys })
    for (const { signer } of [named, nameless])
      await expect(trust.open(type, await signer.sign(type, '{}'))).resolves.toBe('{}')
    await expect(trust.open(type, await stranger.signer.sign(type, '{}'))).rejects.toEqual(refused)
  })

  test('is not put off by what a key set says about use', async () => {
    const key = {
      ...publicPart(named.privateKey),
      alg: 'Ed25519',
      use: 'enc',
      key_ops: ['encrypt'],
    }
    await expect(createTrust({ keys: [key] }).open(type, statement)).resolves.toContain('é')
  })

  test('in no Ed25519 key at all is refused at once', () => {
    for (const keys of [[], [{ kty: 'RSA', n: 'x', e: 'AQAB' }], [{ kty: 'OKP', crv: 'X25519' }]])
      expect(() => createTrust({ keys })).toThrow(refused)
  })

  test('that is no JWKS is refused in the same words', () => {
    for (const keys of [undefined, null, '{"keys":[]}', {}, { keys: 'x' }])
      expect(() => createTrust(keys as never)).toThrow(refused)
  })

  test('never keeps the private part', () => {
    expect(publicPart(named.privateKey)).toEqual({
      kty: 'OKP',
      crv: 'Ed25519',
      x: named.privateKey.x,
      kid: 'one',
    })
  })
})
