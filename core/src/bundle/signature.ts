import { CompactSign, compactVerify, decodeProtectedHeader, importJWK } from 'jose'
import type { JSONWebKeySet, JWK } from 'jose'

import { VedetteError } from '../errors.ts'

/**
 * Entries and heads travel as JWS in compact form (RFC 7515), Ed25519 over the exact bytes sent.
 * The type is signed too, so that a head can never be taken for an entry.
 */
export type StatementType = 'vedette-entry+jws' | 'vedette-head+jws'

const algorithm = 'EdDSA'
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Signs statements with one private key. */
export interface Signer {
  sign(type: StatementType, payload: string): Promise<string>
}

/** Checks statements against the configured public keys, and nothing else. */
export interface Trust {
  /** The payload of a statement; `ERR_SIGNATURE` when it was not signed by a trusted key for this type. */
  open(type: StatementType, statement: string): Promise<string>
}

/** A signer for an Ed25519 private key in JWK form (`kty` OKP with `d`); its `kid` names the key to readers. */
export async function createSigner(privateKey: JWK): Promise<Signer> {
  const key = await importJWK(privateKey, algorithm)
  const header = { alg: algorithm, ...(privateKey.kid && { kid: privateKey.kid }) }
  return {
    sign: (type, payload) =>
      new CompactSign(encoder.encode(payload))
        .setProtectedHeader({ ...header, typ: type })
        .sign(key),
  }
}

/**
 * 64 bytes have one spelling in base64url; its last character carries two bits. Decoders let other spellings pass,
 * but the digest of a statement is a position, so that a relay could move it by respelling the signature.
 */
const compactForm = /^[\w-]+\.[\w-]+\.[\w-]{85}[AQgw]$/

/** Trust in the Ed25519 public keys of a JWKS. What is none, or has no such key, is refused at once. */
export function createTrust(keys: JSONWebKeySet): Trust {
  const publicKeys = keysOf(keys)
    .filter((key) => key.kty === 'OKP' && key.crv === 'Ed25519')
    .map(publicPart)
  if (publicKeys.length === 0) {
    throw new VedetteError(
      'ERR_SIGNATURE',
      'the trusted keys are to be a JWKS, {"keys": […]}, with an Ed25519 key (kty OKP, crv Ed25519)',
    )
  }
  return {
    async open(type, statement) {
      try {
        if (!compactForm.test(statement)) throw new Error('it is no JWS in compact form')
        const { typ, kid } = decodeProtectedHeader(statement)
        if (typ !== type) throw new Error(`it is not a ${type}`)
        return decoder.decode(await verifiedBy(publicKeys.filter(mayBe(kid)), statement))
      } catch (cause) {
        throw new VedetteError('ERR_SIGNATURE', `a ${type} is not signed by a trusted key`, {
          cause,
        })
      }
    },
  }
}

/** A page written without types may give anything: its JWKS as text, or nothing. */
function keysOf(keys: Partial<JSONWebKeySet> | undefined): readonly JWK[] {
  return Array.isArray(keys?.keys) ? keys.keys : []
}

/** A name leads to a key, and proves nothing: without one on either side, the key is tried. */
function mayBe(kid: string | undefined): (key: JWK) => boolean {
  return (key) => kid === undefined || key.kid === undefined || key.kid === kid
}

async function verifiedBy(keys: readonly JWK[], statement: string): Promise<Uint8Array> {
  const options = { algorithms: [algorithm] }
  const { payload } = await Promise.any(keys.map((key) => compactVerify(statement, key, options)))
  return payload
}

/** Members that say how others use the key (`alg`, `use`) would make jose pass over a good key. */
export function publicPart(key: JWK): JWK {
  const { kty, crv, x, kid } = key
  return { kty, crv, x, ...(kid && { kid }) } as JWK
}
