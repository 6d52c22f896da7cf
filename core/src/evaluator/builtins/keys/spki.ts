import { p256, p384, p521 } from '@noble/curves/nist.js'

import { BuiltinError } from '../operand.ts'
import { DerReader, tags, wholeBytes } from './der.ts'
import type { Curve, Key } from './key.ts'

const oids = {
  rsa: '1.2.840.113549.1.1.1',
  ec: '1.2.840.10045.2.1',
  ed25519: '1.3.101.112',
  x25519: '1.3.101.110',
  dsa: '1.2.840.10040.4.1',
} as const

const curveOids: Readonly<Record<string, Curve>> = {
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.132.0.34': 'P-384',
  '1.3.132.0.35': 'P-521',
}

const p224 = '1.3.132.0.33'

const curves = { 'P-256': p256, 'P-384': p384, 'P-521': p521 } as const

/** A SubjectPublicKeyInfo (RFC 5280); `undefined` for an algorithm Go does not know. */
export function readPublicKey(info: DerReader): Key | undefined {
  const algorithm = info.inside(tags.sequence)
  const oid = algorithm.oid()
  const parameters = algorithm.isEmpty ? new Uint8Array() : algorithm.element().whole
  const bits = wholeBytes(info.bitString())
  switch (oid) {
    case oids.rsa:
      return rsaKey(parameters, bits)
    case oids.ec:
      return { kind: 'ec', curve: curveFrom(parameters), point: pointOn(parameters, bits) }
    case oids.ed25519:
      if (parameters.length > 0 || bits.length !== 32) throw new BuiltinError('bad Ed25519 key')
      return { kind: 'ed25519', point: bits }
    case oids.x25519:
      if (parameters.length > 0 || bits.length !== 32) throw new BuiltinError('bad X25519 key')
      return { kind: 'other' }
    case oids.dsa:
      return { kind: 'other' }
    default:
      return undefined
  }
}

/** A PEM's `PUBLIC KEY`. */
export function parsePublicKey(der: Uint8Array): Key {
  const reader = new DerReader(der)
  const key = readPublicKey(reader.inside(tags.sequence))
  if (!key) throw new BuiltinError('unknown public key algorithm')
  if (!reader.isEmpty) throw new BuiltinError('trailing data')
  return key
}

function rsaKey(parameters: Uint8Array, bits: Uint8Array): Key {
  if (parameters[0] !== tags.null || parameters[1] !== 0) throw new BuiltinError('not NULL')
  const reader = new DerReader(bits).inside(tags.sequence)
  const [n, e] = [reader.integer(), reader.integer()]
  if (n <= 0n || e <= 0n || e >= 2n ** 63n) throw new BuiltinError('bad RSA key')
  return { kind: 'rsa', n, e }
}

function curveFrom(parameters: Uint8Array): Curve {
  return curveNamed(new DerReader(parameters).oid())
}

export function curveNamed(oid: string): Curve {
  const curve = curveOids[oid]
  if (oid === p224) throw new RangeError('no curve P-224 here')
  if (!curve) throw new BuiltinError('unsupported elliptic curve')
  return curve
}

function pointOn(parameters: Uint8Array, bits: Uint8Array): Uint8Array {
  return checkedPoint(curveFrom(parameters), bits)
}

/** The uncompressed point, when it lies on the curve. */
export function checkedPoint(curve: Curve, point: Uint8Array): Uint8Array {
  if (point[0] !== 4 || !curves[curve].utils.isValidPublicKey(point, false))
    throw new BuiltinError('not a point of the curve')
  return point
}

/** The bytes of a private key. */
export function scalarSize(curve: Curve): number {
  return curves[curve].lengths.secretKey ?? 0
}

export function publicPoint(curve: Curve, secret: Uint8Array): Uint8Array {
  const { utils, getPublicKey } = curves[curve]
  if (!utils.isValidSecretKey(secret)) throw new BuiltinError('no scalar of the curve')
  return getPublicKey(secret, false)
}
