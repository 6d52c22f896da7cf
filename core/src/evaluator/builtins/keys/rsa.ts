import { equalBytes } from '@noble/curves/utils.js'
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { mgf1, PKCS1_SHA256, PKCS1_SHA384, PKCS1_SHA512, PSS } from 'micro-rsa-dsa-dh/rsa.js'
import { I2OSP, invert, OS2IP, pow } from 'micro-rsa-dsa-dh/utils.js'

import { BuiltinError } from '../operand.ts'
import type { RsaKey } from './key.ts'

const hashes = { SHA256: sha256, SHA384: sha384, SHA512: sha512 } as const
const pkcs1 = { SHA256: PKCS1_SHA256, SHA384: PKCS1_SHA384, SHA512: PKCS1_SHA512 } as const

export type HashName = keyof typeof hashes

/** The bits a key must have for Go to use it. */
const leastBits = 1024

export function verifyPkcs1(key: RsaKey, hash: HashName, { message, signature }: Signed): boolean {
  return isUsable(key) && pkcs1[hash].verify(key, message, signature)
}

export interface Signed {
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** RFC 8017 §8.1.2. `salt: 'any'` takes a salt of any length, as Go does unless it is told one. */
export function verifyPss(
  key: RsaKey,
  hash: HashName,
  { message, signature, salt }: Signed & { readonly salt: 'hash' | 'any' },
): boolean {
  const bits = bitLength(key.n)
  const value = OS2IP(signature)
  if (!isUsable(key) || signature.length !== Math.ceil(bits / 8) || value >= key.n) return false
  const encoded = pow(value, key.e, key.n)
  const size = Math.ceil((bits - 1) / 8)
  if (bitLength(encoded) > size * 8) return false
  return isPssEncoding(I2OSP(encoded, size), hashes[hash], { message, bits: bits - 1, salt })
}

/** RFC 8017 §9.1.2. */
function isPssEncoding(
  encoded: Uint8Array,
  hash: (typeof hashes)[HashName],
  expected: { readonly message: Uint8Array; readonly bits: number; readonly salt: 'hash' | 'any' },
): boolean {
  const length = encoded.length - hash.outputLen - 1
  if (length < 1 || encoded.at(-1) !== 0xbc) return false
  const [masked, digest] = [encoded.subarray(0, length), encoded.subarray(length, -1)]
  const spare = encoded.length * 8 - expected.bits
  if ((masked[0] ?? 0) >> (8 - spare) !== 0) return false
  const mask = mgf1(hash)(digest, { dkLen: length })
  const block = masked.map((byte, at) => byte ^ (mask[at] ?? 0))
  block[0] = (block[0] ?? 0) & (0xff >> spare)
  const start = block.findIndex((byte) => byte !== 0)
  if (block[start] !== 1) return false
  const salt = block.subarray(start + 1)
  if (expected.salt === 'hash' && salt.length !== hash.outputLen) return false
  const blocks = concatBytes(new Uint8Array(8), hash(expected.message), salt)
  return equalBytes(hash(blocks), digest)
}

export function signPkcs1(key: RsaKey, hash: HashName, message: Uint8Array): Uint8Array {
  return pkcs1[hash].sign(signingKey(key), message)
}

/** With a random salt as long as the hash. */
export function signPss(key: RsaKey, hash: HashName, message: Uint8Array): Uint8Array {
  const signer = PSS(hashes[hash], mgf1(hashes[hash]), hashes[hash].outputLen)
  const signature = signer.sign(signingKey(key), message)
  const padded = new Uint8Array(Math.ceil(bitLength(key.n) / 8))
  padded.set(signature, padded.length - signature.length)
  return padded
}

function signingKey(key: RsaKey): { readonly n: bigint; readonly d: bigint } {
  const { n, secret, crt } = key
  if (!secret) throw new BuiltinError('no RSA key to sign with')
  checkRsaKey({ ...key, secret }, crt)
  return { n, d: secret.d }
}

/** For the Chinese remainder theorem (RFC 8017 §3.2). */
export interface Crt {
  readonly dp: bigint
  readonly dq: bigint
  readonly qi: bigint
}

export function crtOf({ d, p, q }: NonNullable<RsaKey['secret']>): Crt {
  return { dp: d % (p - 1n), dq: d % (q - 1n), qi: invert(q, p) }
}

/** Throws a `BuiltinError` for a key whose parts do not belong together. */
export function checkRsaKey(
  key: RsaKey & { readonly secret: NonNullable<RsaKey['secret']> },
  crt?: Crt,
): void {
  const { n, e, secret } = key
  const { d, p, q } = secret
  const inverts = (prime: bigint): boolean => (d * e) % (prime - 1n) === 1n
  if (!isUsable(key) || d <= 0n || p <= 2n || q <= 2n || p * q !== n || !inverts(p) || !inverts(q))
    throw new BuiltinError('RSA key does not fit together')
  const { dp, dq, qi } = crtOf(secret)
  if (crt && (crt.dp !== dp || crt.dq !== dq || crt.qi !== qi))
    throw new BuiltinError('RSA key does not fit its precomputed values')
}

/** What Go's crypto/rsa demands of a key before it uses it. */
function isUsable({ n, e }: RsaKey): boolean {
  return bitLength(n) >= leastBits && isOdd(n) && isOdd(e) && e >= 2n && e < 2n ** 31n
}

function isOdd(value: bigint): boolean {
  return (value & 1n) === 1n
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length
}
