import { ed25519 } from '@noble/curves/ed25519.js'

import { contextTag, DerReader, tags } from '../keys/der.ts'
import type { EcKey, Ed25519Key, RsaKey } from '../keys/key.ts'
import { checkRsaKey, crtOf, type Crt } from '../keys/rsa.ts'
import { curveNamed, publicPoint, scalarSize } from '../keys/spki.ts'
import { BuiltinError } from '../operand.ts'

export type PrivateRsaKey = RsaKey & {
  readonly secret: NonNullable<RsaKey['secret']>
  readonly crt: Crt
}
export type PrivateKey =
  | PrivateRsaKey
  | (EcKey & { readonly secret: Uint8Array })
  | (Ed25519Key & { readonly secret: Uint8Array })

/** PKCS #1 (RFC 8017 §A.1.2), with two primes. */
export function parsePkcs1(der: Uint8Array): PrivateRsaKey {
  const outer = new DerReader(der)
  const reader = outer.inside(tags.sequence)
  const version = reader.integer()
  if (version > 1n) throw new BuiltinError('unsupported private key version')
  const [n, e, d, p, q] = [1, 2, 3, 4, 5].map(() => reader.integer()) as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ]
  const given = { dp: reader.integer(), dq: reader.integer(), qi: reader.integer() }
  if (!outer.isEmpty) throw new BuiltinError('trailing data')
  if (!reader.isEmpty) throw new RangeError('keys of more than two primes are not read')
  const key = { kind: 'rsa', n, e, secret: { d, p, q } } as const
  checkRsaKey(key, given)
  return { ...key, crt: crtOf(key.secret) }
}

const oids = {
  rsa: '1.2.840.113549.1.1.1',
  ec: '1.2.840.10045.2.1',
  ed25519: '1.3.101.112',
  x25519: '1.3.101.110',
} as const

/** PKCS #8 (RFC 5208). */
export function parsePkcs8(der: Uint8Array): PrivateKey {
  const reader = new DerReader(der).inside(tags.sequence)
  reader.integer()
  const algorithm = reader.inside(tags.sequence)
  const oid = algorithm.oid()
  const { contents } = reader.element(tags.octetString)
  switch (oid) {
    case oids.rsa:
      return parsePkcs1(contents)
    case oids.ec:
      return parseSec1(contents, algorithm.isNext(tags.oid) ? algorithm.oid() : undefined)
    case oids.ed25519:
      if (!algorithm.isEmpty) throw new BuiltinError('invalid Ed25519 parameters')
      return ed25519Key(new DerReader(contents).element(tags.octetString).contents)
    case oids.x25519:
      throw new RangeError('private keys of X25519 are not read')
    default:
      throw new BuiltinError('unknown algorithm of a private key')
  }
}

function ed25519Key(secret: Uint8Array): PrivateKey {
  if (secret.length !== 32) throw new BuiltinError('invalid Ed25519 key')
  return { kind: 'ed25519', point: ed25519.getPublicKey(secret), secret }
}

/** SEC 1 (RFC 5915); a curve named outside comes before the one inside. */
export function parseSec1(der: Uint8Array, curveOid?: string): PrivateKey {
  const reader = new DerReader(der).inside(tags.sequence)
  const version = reader.integer()
  const { contents } = reader.element(tags.octetString)
  const own = reader.optional(contextTag(0, 'explicit'))?.oid()
  checkPublicHalf(reader)
  if (version !== 1n) throw new BuiltinError('unknown EC private key version')
  const curve = curveNamed(curveOid ?? own ?? '')
  const size = scalarSize(curve)
  const start = contents.findIndex((byte) => byte !== 0)
  const digits = start < 0 ? new Uint8Array() : contents.subarray(start)
  if (digits.length > size) throw new BuiltinError('invalid private key length')
  const secret = new Uint8Array(size)
  secret.set(digits, size - digits.length)
  return { kind: 'ec', curve, point: publicPoint(curve, secret), secret }
}

/** Go's `encoding/asn1` is lenient here in ways of its own. */
function checkPublicHalf(reader: DerReader): void {
  try {
    reader.optional(contextTag(1, 'explicit'))?.bitString()
  } catch {
    throw new RangeError('a malformed public half of a private key is not read')
  }
}

/** Whichever of the three it is. */
export function parseAnyPrivateKey(der: Uint8Array): PrivateKey {
  for (const parse of [parsePkcs1, parsePkcs8]) {
    try {
      return parse(der)
    } catch (error) {
      if (!(error instanceof BuiltinError)) throw error
    }
  }
  return parseSec1(der)
}
