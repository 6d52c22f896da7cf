import { ed25519 } from '@noble/curves/ed25519.js'
import { p256, p384, p521 } from '@noble/curves/nist.js'
import { bytesToNumberLE, concatBytes, equalBytes } from '@noble/curves/utils.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js'

import { BuiltinError } from '../operand.ts'
import type { EcKey, Ed25519Key, Key } from './key.ts'
import { signPkcs1, signPss, verifyPkcs1, verifyPss, type HashName, type Signed } from './rsa.ts'

const hashes = { SHA256: sha256, SHA384: sha384, SHA512: sha512 } as const
const curves = { 'P-256': p256, 'P-384': p384, 'P-521': p521 } as const

type Family = 'HS' | 'RS' | 'PS' | 'ES' | 'EdDSA'

export interface Algorithm {
  readonly family: Family
  readonly hash: HashName
}

/** The algorithms of JWS (RFC 7518, RFC 8037) that OPA knows. */
export const algorithms: ReadonlyMap<string, Algorithm> = new Map(
  (['HS', 'RS', 'PS', 'ES'] as const)
    .flatMap((family) =>
      ([256, 384, 512] as const).map((bits): readonly [string, Algorithm] => [
        `${family}${bits}`,
        { family, hash: `SHA${bits}` },
      ]),
    )
    .concat([['EdDSA', { family: 'EdDSA', hash: 'SHA512' }]]),
)

export interface Claim {
  readonly message: Uint8Array
  readonly signature: Uint8Array
  /** `lenient`: a salt of any length, halves of any length, as the builtins for one algorithm have it. */
  readonly form: 'strict' | 'lenient'
}

/** Whether the key made the signature; false for a key of another kind. */
export function isSignedBy(key: Key, { family, hash }: Algorithm, claim: Claim): boolean {
  const { message, signature, form } = claim
  switch (family) {
    case 'HS':
      return key.kind === 'shared' && isSameMac(key.bytes, hash, claim)
    case 'RS':
      return key.kind === 'rsa' && verifyPkcs1(key, hash, claim)
    case 'PS':
      return (
        key.kind === 'rsa' &&
        verifyPss(key, hash, { message, signature, salt: form === 'strict' ? 'hash' : 'any' })
      )
    case 'ES':
      return key.kind === 'ec' && verifyEcdsa(key, hash, claim)
    case 'EdDSA':
      return key.kind === 'ed25519' && verifyEd25519(key, message, signature)
  }
}

/** A signature by the key; a `BuiltinError` when it cannot make one. */
export function signWith(key: Key, { family, hash }: Algorithm, message: Uint8Array): Uint8Array {
  if (family === 'HS' && key.kind === 'shared') return mac(key.bytes, hash, message)
  if (family === 'RS' && key.kind === 'rsa') return signPkcs1(key, hash, message)
  if (family === 'PS' && key.kind === 'rsa') return signPss(key, hash, message)
  if (family === 'ES' && key.kind === 'ec' && key.secret) return signEcdsa(key, hash, message)
  if (family === 'EdDSA' && key.kind === 'ed25519' && key.secret)
    return ed25519.sign(message, key.secret)
  throw new BuiltinError('the key does not fit the algorithm')
}

export function isSameMac(
  key: Uint8Array,
  hash: HashName,
  { message, signature }: Signed,
): boolean {
  return equalBytes(mac(key, hash, message), signature)
}

function mac(key: Uint8Array, hash: HashName, message: Uint8Array): Uint8Array {
  return hmac(hashes[hash], key, message)
}

/** The hash is the algorithm's and the curve the key's, whether they belong together or not. */
function verifyEcdsa(key: EcKey, hash: HashName, { message, signature, form }: Claim): boolean {
  const curve = curves[key.curve]
  const size = curve.lengths.signature === undefined ? 0 : curve.lengths.signature / 2
  if (form === 'strict' && signature.length !== size * 2) return false
  const half = Math.floor(signature.length / 2)
  const [r, s] = [sized(signature.subarray(0, half), size), sized(signature.subarray(half), size)]
  if (!r || !s) return false
  const digest = hashes[hash](message)
  const options = { prehash: false, lowS: false, format: 'compact' } as const
  return curve.verify(concatBytes(r, s), digest, key.point, options)
}

function signEcdsa(key: EcKey, hash: HashName, message: Uint8Array): Uint8Array {
  const curve = curves[key.curve]
  if (!key.secret || !curve.utils.isValidSecretKey(key.secret))
    throw new BuiltinError('no scalar of the curve')
  const options = { prehash: false, lowS: false, format: 'compact' } as const
  return curve.sign(hashes[hash](message), key.secret, options)
}

/** A number of any length in `size` bytes; `undefined` when it does not fit. */
function sized(bytes: Uint8Array, size: number): Uint8Array | undefined {
  const significant = bytes.subarray(bytes.findIndex((byte) => byte !== 0))
  if (significant.length > size) return undefined
  const padded = new Uint8Array(size)
  padded.set(significant, size - significant.length)
  return padded
}

/**
 * As Go checks it: without the cofactor, the point `R` compared as bytes. Libraries follow RFC 8032 or ZIP 215, which
 * differ on signatures that were made to be ambiguous.
 */
function verifyEd25519(key: Ed25519Key, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false
  const [first, last] = [signature.subarray(0, 32), signature.subarray(32)]
  const s = bytesToNumberLE(last)
  const point = pointOf(key.point)
  const { Fn, BASE } = ed25519.Point
  if (!point || s >= Fn.ORDER) return false
  const k = Fn.create(bytesToNumberLE(sha512(concatBytes(first, key.point, message))))
  return equalBytes(BASE.multiplyUnsafe(s).subtract(point.multiplyUnsafe(k)).toBytes(), first)
}

function pointOf(bytes: Uint8Array): InstanceType<typeof ed25519.Point> | undefined {
  try {
    return ed25519.Point.fromBytes(bytes, true)
  } catch {
    return undefined
  }
}
