import { exportJWK, generateKeyPair } from 'jose'

import { readConfig } from '../config.ts'
import { loadKeys } from './keys.ts'
import type { Keys } from './keys.ts'

/** A gateway's keys, made for one test. */
export async function testKeys(): Promise<Keys> {
  return loadKeys(readConfig({ VEDETTE_SIGNING_KEY: await privateJwk() }))
}

/** An Ed25519 private key as JWK text. */
export async function privateJwk(): Promise<string> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  return JSON.stringify(await exportJWK(privateKey))
}
