import { ed25519 } from '@noble/curves/ed25519.js'
import { concatBytes, equalBytes } from '@noble/curves/utils.js'

import { isJsonObject } from '../../../json/equal.ts'
import type { Json } from '../../../json/json.ts'
import { BuiltinError } from '../operand.ts'
import { decodeAnyBase64, decodeBase64 } from './base64.ts'
import { parseCertificate } from './certificate.ts'
import { expectKeyJson } from './common-json.ts'
import { bigIntFrom } from './der.ts'
import type { Curve, EcKey, Ed25519Key, Key, NamedKey, OtherKey, RsaKey } from './key.ts'
import { algorithms } from './signature.ts'
import { checkedPoint } from './spki.ts'

type Members = { readonly [name: string]: Json }

const mostKeys = 1000
const probed = /^(?:kty|d)$/iu

/** The names `alg` may have beside those of signatures: with them a key is passed over. */
const otherAlgorithms = new Set(
  `ES256K Ed25519 none A128GCMKW A128KW A192GCMKW A192KW A256GCMKW A256KW dir ECDH-ES ECDH-ES+A128KW
  ECDH-ES+A192KW ECDH-ES+A256KW PBES2-HS256+A128KW PBES2-HS384+A192KW PBES2-HS512+A256KW RSA1_5
  RSA-OAEP RSA-OAEP-256 RSA-OAEP-384 RSA-OAEP-512 A128CBC-HS256 A128GCM A192CBC-HS384 A192GCM
  A256CBC-HS512 A256GCM`.split(/\s+/),
)

/** The keys of a JWK or a set of them (RFC 7517), checked as jwx checks them: one bad key spoils the set. */
export function parseJwks(text: string): readonly NamedKey[] {
  const document = expectKeyJson(text)
  if (!isJsonObject(document)) throw new BuiltinError('not a JWK')
  if (!Object.hasOwn(document, 'keys')) return [parseJwk(document)]
  const keys = document['keys']
  if (!isArray(keys) || keys.length > mostKeys) throw new BuiltinError('not a set of keys')
  return keys.map(parseJwk)
}

function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

function parseJwk(jwk: Json): NamedKey {
  if (!isJsonObject(jwk)) throw new BuiltinError('a key is an object')
  if (Object.keys(jwk).some((name) => probed.test(name) && name !== 'kty' && name !== 'd'))
    throw new RangeError('jwx tells keys apart by KTY and D too, so they are refused')
  const algorithm = text(jwk, 'alg')
  if (algorithm !== undefined && !algorithms.has(algorithm) && !otherAlgorithms.has(algorithm))
    throw new BuiltinError('unknown algorithm')
  for (const name of ['use', 'x5t', 'x5t#S256', 'x5u']) text(jwk, name)
  checkOperations(jwk['key_ops'])
  checkChain(jwk['x5c'])
  return { key: parseKey(jwk), algorithm: algorithm ?? '', id: text(jwk, 'kid') ?? '' }
}

function parseKey(jwk: Members): Key {
  switch (text(jwk, 'kty') ?? '') {
    case 'RSA':
      return rsaKey(jwk)
    case 'EC':
      return ecKey(jwk)
    case 'OKP':
      return octetKey(jwk)
    case 'oct':
      return { kind: 'shared', bytes: filled(jwk, 'k') }
    default:
      throw new BuiltinError('unknown type of key')
  }
}

function rsaKey(jwk: Members): RsaKey {
  const [n, e] = [bigIntFrom(filled(jwk, 'n')), bigIntFrom(filled(jwk, 'e'))]
  if (n === 0n || (e & 1n) === 0n || e >= 2n ** 63n) throw new BuiltinError('bad RSA key')
  if (!isPrivate(jwk)) return { kind: 'rsa', n, e }
  const [dp, dq, qi] = ['dp', 'dq', 'qi'].map((name) => bytes(jwk, name))
  const d = bigIntFrom(filled(jwk, 'd'))
  const [p, q] = [bigIntFrom(required(jwk, 'p')), bigIntFrom(required(jwk, 'q'))]
  const key: RsaKey = { kind: 'rsa', n, e, secret: { d, p, q } }
  if (!dp || !dq || !qi) return key
  return { ...key, crt: { dp: bigIntFrom(dp), dq: bigIntFrom(dq), qi: bigIntFrom(qi) } }
}

const sizes: Readonly<Record<Curve, number>> = { 'P-256': 32, 'P-384': 48, 'P-521': 66 }

function ecKey(jwk: Members): EcKey {
  const curve = text(jwk, 'crv')
  if (!isCurve(curve)) throw new BuiltinError('no curve of NIST')
  const size = sizes[curve]
  const [x, y] = [sized(jwk, 'x', size), sized(jwk, 'y', size)]
  const point = checkedPoint(curve, concatBytes(Uint8Array.of(4), x, y))
  return isPrivate(jwk)
    ? { kind: 'ec', curve, point, secret: sized(jwk, 'd', size) }
    : { kind: 'ec', curve, point }
}

function isCurve(name: string | undefined): name is Curve {
  return name !== undefined && Object.hasOwn(sizes, name)
}

function octetKey(jwk: Members): Ed25519Key | OtherKey {
  const curve = text(jwk, 'crv')
  if (curve !== 'Ed25519' && curve !== 'X25519') throw new BuiltinError('no curve of RFC 8037')
  const point = sized(jwk, 'x', 32)
  const secret = isPrivate(jwk) ? sized(jwk, 'd', 32) : undefined
  if (curve === 'X25519') return { kind: 'other' }
  if (!secret) return { kind: 'ed25519', point }
  if (!equalBytes(ed25519.getPublicKey(secret), point))
    throw new BuiltinError('the halves of the key do not belong together')
  return { kind: 'ed25519', point, secret }
}

function isPrivate(jwk: Members): boolean {
  return Object.hasOwn(jwk, 'd')
}

function checkOperations(operations: Json | undefined): void {
  if (operations === undefined || operations === null) return
  if (!isArray(operations) || !operations.every((each) => typeof each === 'string'))
    throw new BuiltinError('key_ops is a list of texts')
}

/** Certificates are not followed, but they must be some. */
function checkChain(chain: Json | undefined): void {
  if (chain === undefined) return
  if (!isArray(chain)) throw new BuiltinError('x5c is a list')
  for (const each of chain) {
    const der = typeof each === 'string' && decodeBase64(each.replaceAll(/\s/g, ''))
    if (!der) throw new BuiltinError('x5c is a list of certificates')
    parseCertificate(der)
  }
}

/** Go reads null as an empty text. */
function text(jwk: Members, name: string): string | undefined {
  const value = Object.hasOwn(jwk, name) ? jwk[name] : undefined
  if (value === undefined || typeof value === 'string') return value
  if (value !== null) throw new BuiltinError(`${name} is a text`)
  return ''
}

function bytes(jwk: Members, name: string): Uint8Array | undefined {
  const encoded = text(jwk, name)
  if (encoded === undefined) return undefined
  const decoded = decodeAnyBase64(encoded)
  if (!decoded) throw new BuiltinError(`${name} is no base64url`)
  return decoded
}

function required(jwk: Members, name: string): Uint8Array {
  const value = bytes(jwk, name)
  if (!value) throw new BuiltinError(`${name} is missing`)
  return value
}

function filled(jwk: Members, name: string): Uint8Array {
  const value = required(jwk, name)
  if (value.length === 0) throw new BuiltinError(`${name} is empty`)
  return value
}

function sized(jwk: Members, name: string, size: number): Uint8Array {
  const value = required(jwk, name)
  if (value.length !== size) throw new BuiltinError(`${name} is not ${size} bytes long`)
  return value
}
