import { createPrivateKey, sign } from 'node:crypto'

import type { Signer } from '@vedette/core/bundle/signature'
import type { JWK } from 'jose'

/**
 * Core's signer, for a gateway that signs on the way of every update: jose hands each signature to another thread, and to
 * wake it takes longer than Ed25519 does. The form is RFC 7515's compact serialization, that core's trust opens.
 */
export function createGatewaySigner(privateKey: JWK): Signer {
  const key = createPrivateKey({ key: privateKey, format: 'jwk' })
  const header = { alg: 'EdDSA', ...(privateKey.kid && { kid: privateKey.kid }) }
  return {
    async sign(typ, payload) {
      const content = `${base64url(JSON.stringify({ ...header, typ }))}.${base64url(payload)}`
      return `${content}.${sign(null, Buffer.from(content), key).toString('base64url')}`
    },
  }
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url')
}
