import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { createTrust, publicPart } from '@vedette/core/bundle/signature'
import type { Signer, Trust } from '@vedette/core/bundle/signature'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose'
import type { CryptoKey, JSONWebKeySet, JWK } from 'jose'
import * as v from 'valibot'

import type { GatewayConfig } from '../config.ts'
import { makeSecretFile } from './secret-file.ts'
import { createGatewaySigner } from './signer.ts'

/** The gateway's own Ed25519 key: signs entries, heads and replica tokens. */
export interface Keys {
  readonly signer: Signer
  readonly trust: Trust
  /** What replicas are configured with. */
  readonly jwks: JSONWebKeySet
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
  /** Where a key was just made, when there was none. */
  readonly madeAt?: string
}

const PrivateKeySchema = v.object({
  kty: v.literal('OKP'),
  crv: v.literal('Ed25519'),
  x: v.string(),
  d: v.string(),
  kid: v.optional(v.string()),
})

/** The configured key, or the one kept in the data directory, made there when absent. */
export async function loadKeys(config: GatewayConfig): Promise<Keys> {
  if (config.signingKey) return keysOf(config.signingKey, 'VEDETTE_SIGNING_KEY')
  if (config.signingKeyFile) {
    return keysOf(await readFile(config.signingKeyFile, 'utf8'), 'VEDETTE_SIGNING_KEY_FILE')
  }
  const path = join(config.dataDir, 'signing-key.json')
  const { text, made } = await makeSecretFile(path, makeKey)
  return { ...(await keysOf(text, path)), ...(made && { madeAt: path }) }
}

async function makeKey(): Promise<string> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true })
  return JSON.stringify(await exportJWK(privateKey))
}

async function keysOf(text: string, where: string): Promise<Keys> {
  try {
    return await importKeys(readKey(text))
  } catch {
    // The text is a secret: the message names where it came from, never what it was.
    throw new Error(`${where} must hold an Ed25519 private key as JWK (kty OKP, crv Ed25519, x, d)`)
  }
}

async function importKeys(jwk: PrivateKey): Promise<Keys> {
  const named = { ...jwk, kid: jwk.kid ?? (await calculateJwkThumbprint(jwk)) }
  const jwks = { keys: [publicPart(named)] }
  return {
    signer: createGatewaySigner(named),
    trust: createTrust(jwks),
    jwks,
    privateKey: (await importJWK({ ...publicPart(named), d: jwk.d }, 'EdDSA')) as CryptoKey,
    publicKey: (await importJWK(publicPart(named), 'EdDSA')) as CryptoKey,
  }
}

type PrivateKey = JWK & { readonly d: string }

function readKey(text: string): PrivateKey {
  const { kty, crv, x, d, kid } = v.parse(v.pipe(v.string(), v.parseJson(), PrivateKeySchema), text)
  return { kty, crv, x, d, ...(kid && { kid }) }
}
