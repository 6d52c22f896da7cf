export type Curve = 'P-256' | 'P-384' | 'P-521'

/** With its private half where that is known. */
export interface RsaKey {
  readonly kind: 'rsa'
  readonly n: bigint
  readonly e: bigint
  readonly secret?: { readonly d: bigint; readonly p: bigint; readonly q: bigint }
  /** Given with the private half, if all three are. */
  readonly crt?: { readonly dp: bigint; readonly dq: bigint; readonly qi: bigint }
}

export interface EcKey {
  readonly kind: 'ec'
  readonly curve: Curve
  /** Uncompressed: `04 x y`. */
  readonly point: Uint8Array
  readonly secret?: Uint8Array
}

export interface Ed25519Key {
  readonly kind: 'ed25519'
  readonly point: Uint8Array
  readonly secret?: Uint8Array
}

export interface SharedKey {
  readonly kind: 'shared'
  readonly bytes: Uint8Array
}

/** A key that signs nothing: X25519, DSA. */
export interface OtherKey {
  readonly kind: 'other'
}

export type Key = RsaKey | EcKey | Ed25519Key | SharedKey | OtherKey

/** A key of a set, with the `alg` and `kid` that come with it; empty when absent. */
export interface NamedKey {
  readonly key: Key
  readonly algorithm: string
  readonly id: string
}

export function isPublic(key: Key): boolean {
  return 'secret' in key ? key.secret === undefined : key.kind !== 'shared'
}
