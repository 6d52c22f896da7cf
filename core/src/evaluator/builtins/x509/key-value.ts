import { numberOf, type JsonNumber } from '../../../json/number.ts'
import type { RegoValue } from '../../value.ts'
import { bigIntFrom } from '../keys/der.ts'
import type { EcKey, Key, RsaKey } from '../keys/key.ts'
import { bytesValue } from './go-values.ts'
import type { PrivateKey, PrivateRsaKey } from './private-key.ts'

/** A public key as Go writes it; null for none. */
export function publicKeyValue(key: Key | undefined): RegoValue {
  switch (key?.kind) {
    case undefined:
      return null
    case 'rsa':
      return rsaMembers(key)
    case 'ec':
      return { Curve: {}, ...coordinates(key) }
    case 'ed25519':
      return bytesValue(key.point)
    case 'shared':
    case 'other':
      throw new RangeError('keys of this kind are not written')
  }
}

/** The number Go's `x509.PublicKeyAlgorithm` has for it. */
export function keyAlgorithm(key: Key | undefined): number {
  return { rsa: 1, ec: 3, ed25519: 4, shared: 0, other: 0, none: 0 }[key?.kind ?? 'none']
}

/** A private key as Go writes it. */
export function privateKeyValue(key: PrivateKey): RegoValue {
  switch (key.kind) {
    case 'rsa':
      return { ...rsaMembers(key), D: number(key.secret.d), ...primeMembers(key) }
    case 'ec':
      return { Curve: {}, ...coordinates(key), D: number(bigIntFrom(key.secret)) }
    case 'ed25519':
      return bytesValue(Uint8Array.of(...key.secret, ...key.point))
  }
}

function rsaMembers({ n, e }: RsaKey): { readonly N: JsonNumber; readonly E: JsonNumber } {
  return { N: number(n), E: number(e) }
}

function primeMembers({ secret, crt }: PrivateRsaKey): Readonly<Record<string, RegoValue>> {
  const { dp, dq, qi } = crt
  return {
    Primes: [number(secret.p), number(secret.q)],
    Precomputed: { Dp: number(dp), Dq: number(dq), Qinv: number(qi), CRTValues: [] },
  }
}

function coordinates({ point }: EcKey): { readonly X: JsonNumber; readonly Y: JsonNumber } {
  const size = (point.length - 1) / 2
  return {
    X: number(bigIntFrom(point.subarray(1, 1 + size))),
    Y: number(bigIntFrom(point.subarray(1 + size))),
  }
}

function number(value: bigint): JsonNumber {
  return numberOf(value)
}
