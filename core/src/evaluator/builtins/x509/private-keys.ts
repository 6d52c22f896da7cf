import { base64url } from 'jose'

import type { RegoValue } from '../../value.ts'
import { bytesFromHex } from '../bytes.ts'
import { decodeBase64 } from '../keys/base64.ts'
import { BuiltinError, stringOperand } from '../operand.ts'
import { privateKeyValue } from './key-value.ts'
import { parsePkcs1, parsePkcs8, parseSec1, type PrivateKey } from './private-key.ts'
import { base64Bytes, blocksOf, latin1 } from './sources.ts'

/** Every private key of a PEM, or base64 of one; null for an empty text. */
export function parsePrivateKeys([source]: readonly RegoValue[]): RegoValue {
  const text = stringOperand(source)
  return text === '' ? null : privateKeysIn(text).map(privateKeyValue)
}

/** The first private key of a PEM, or base64 of one, as a JWK; null for none. */
export function parseRsaPrivateKey([source]: readonly RegoValue[]): RegoValue {
  const text = stringOperand(source)
  if (text === '') throw new BuiltinError('input PEM data was empty')
  const pem = text.startsWith('-----BEGIN') ? text : latin1(base64Bytes(text))
  const [first] = privateKeysIn(pem)
  return first ? jwkOf(first) : null
}

type Parser = (der: Uint8Array) => PrivateKey

const parsers: Readonly<Record<string, Parser>> = {
  'RSA PRIVATE KEY': parsePkcs1,
  'PRIVATE KEY': parsePkcs8,
  'EC PRIVATE KEY': (der) => parseSec1(der),
}

function privateKeysIn(text: string): readonly PrivateKey[] {
  const decoded = decodeBase64(text)
  return blocksOf(decoded ? latin1(decoded) : text).flatMap(({ type, bytes }) =>
    Object.hasOwn(parsers, type) ? (parsers[type]?.(bytes) ?? []) : [],
  )
}

function jwkOf(key: PrivateKey): RegoValue {
  switch (key.kind) {
    case 'rsa': {
      const { n, e, secret, crt } = key
      const numbers = Object.entries({ n, e, ...secret, ...crt })
      return {
        kty: 'RSA',
        ...Object.fromEntries(numbers.map(([name, each]) => [name, digits(each)])),
      }
    }
    case 'ec': {
      const size = (key.point.length - 1) / 2
      const [x, y] = [key.point.subarray(1, 1 + size), key.point.subarray(1 + size)]
      return { kty: 'EC', crv: key.curve, ...encoded({ x, y, d: key.secret }) }
    }
    case 'ed25519':
      return { kty: 'OKP', crv: 'Ed25519', ...encoded({ x: key.point, d: key.secret }) }
  }
}

function encoded(members: Readonly<Record<string, Uint8Array>>): Readonly<Record<string, string>> {
  const entries = Object.entries(members)
  return Object.fromEntries(entries.map(([name, bytes]) => [name, base64url.encode(bytes)]))
}

/** A number in as few bytes as it has. */
function digits(value: bigint): string {
  const hexadecimal = value.toString(16)
  const even = hexadecimal.padStart(hexadecimal.length + (hexadecimal.length % 2), '0')
  return base64url.encode(bytesFromHex(even))
}
