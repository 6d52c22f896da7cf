import { compactVerify, importJWK } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'

import { readLines } from '../../fixtures/fixtures.ts'
import { checkCases } from '../cases.support.ts'
import { loadBuiltins, type Builtins } from '../table.ts'

const secret = '{"kty":"oct","k":"AAAA"}'

let builtins: Builtins

beforeAll(async () => {
  builtins = await loadBuiltins([
    'io.jwt.encode_sign',
    'io.jwt.encode_sign_raw',
    'io.jwt.decode_verify',
    'io.jwt.decode',
  ])
})

describe('io.jwt', () => {
  it('answers each case as Go OPA does: keys, headers, claims, signatures', async () => {
    const { count, wrong } = await checkCases('jwt.cases.jsonl')
    expect(count).toBeGreaterThan(600)
    expect(wrong).toEqual([])
  })

  it.each(['ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512'])(
    'signs with %s what others verify, differently each time where it draws a salt',
    async (alg) => {
      const key = await privateKey(alg)
      const sign = (): string => String(call('io.jwt.encode_sign', [{ alg }, { a: 1 }, key]))
      const token = sign()
      const { payload } = await compactVerify(token, await importJWK(publicPart(key), alg))
      expect(new TextDecoder().decode(payload)).toBe('{"a":1}')
      expect(sign() === token).toBe(alg.startsWith('ES'))
      const verified = call('io.jwt.decode_verify', [token, { cert: JSON.stringify(key) }])
      expect(verified).toEqual([true, { alg }, { a: 1 }])
    },
  )

  it('sees the one moment of its decision', () => {
    const key = { kty: 'oct', k: 'c2VjcmV0' }
    const token = String(call('io.jwt.encode_sign', [{ alg: 'HS256' }, { exp: 1000 }, key]))
    const at = (nowNs: number): unknown =>
      builtins.get('io.jwt.decode_verify')?.([token, { secret: 'secret' }], { nowNs })
    expect(at(999_000_000_000)).toEqual([true, { alg: 'HS256' }, { exp: 1000 }])
    expect(at(1_000_000_000_000)).toEqual([false, {}, {}])
  })

  it.each([
    ['io.jwt.decode', ['eyJjdHkiOjF9.e30.AA'], 'OPA fails on a cty that is no text'],
    ['io.jwt.decode', ['e30.eyJhIjoi_yJ9.AA'], 'no UTF-8'],
    ['io.jwt.encode_sign_raw', ['{"alg":"HS256","alg":"HS512"}', '{}', secret], 'repeated names'],
    ['io.jwt.encode_sign_raw', ['{"alg":"HS256","a":1.2.3}', '{}', secret], 'only some readers'],
    ['io.jwt.encode_sign_raw', ['{"alg":"HS256"}', '{}', `${secret} x`], 'behind a JSON value'],
    ['io.jwt.encode_sign_raw', ['{"alg":"HS256"}', '{}', '{"KTY":"oct","k":"AAAA"}'], 'KTY'],
    ['io.jwt.encode_sign_raw', ['{"alg":"HS256","a":1e400}', '{}', secret], 'beyond a double'],
  ])('refuses what it cannot answer as OPA does: %s of %s', (name, operands, message) => {
    expect(() => call(name, operands)).toThrow(RangeError)
    expect(() => call(name, operands)).toThrow(message)
  })
})

function call(name: string, operands: readonly unknown[]): unknown {
  return builtins.get(name)?.(operands as never, {})
}

type Jwk = Readonly<Record<string, string>>

/** One out of the cases that Go OPA signed with or verified. */
async function privateKey(alg: string): Promise<Jwk> {
  const curve = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }[alg]
  const lines = (await readLines('jwt.cases.jsonl')).map(caseFrom)
  for (const [name, operands] of lines) {
    const key = /(\{"?[^{}]*\\"d\\":[^{}]*\})"/.exec(operands)?.[1]
    const jwk = key === undefined ? {} : (JSON.parse(JSON.parse(`"${key}"`)) as Jwk)
    const isLong = curve !== undefined || (jwk['n']?.length === 342 && jwk['qi'] !== undefined)
    if (jwk['crv'] === curve && isLong && !name.startsWith('io.jwt.encode')) return jwk
  }
  throw new Error(`no key for ${alg}`)
}

function caseFrom(line: string): readonly [name: string, operands: string] {
  const [name, operands] = JSON.parse(line) as [string, string]
  return [name, operands]
}

function publicPart(key: Jwk): Jwk {
  const names = ['kty', 'crv', 'x', 'y', 'n', 'e']
  return Object.fromEntries(Object.entries(key).filter(([name]) => names.includes(name)))
}
