import { createSigner, createTrust } from '@vedette/core/bundle/signature'
import fc from 'fast-check'
import { exportJWK, generateKeyPair } from 'jose'
import { expect, test } from 'vitest'

import { createGatewaySigner } from './signer.ts'

test('a statement is the one that core’s signer makes, letter by letter', async () => {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true })
  const jwk = { ...(await exportJWK(privateKey)), kid: 'one' }
  const [core, here] = [await createSigner(jwk), createGatewaySigner(jwk)]
  await fc.assert(
    fc.asyncProperty(fc.json({ stringUnit: 'binary' }), async (payload) => {
      const statement = await here.sign('vedette-head+jws', payload)
      expect(statement).toBe(await core.sign('vedette-head+jws', payload))
      expect(await createTrust({ keys: [jwk] }).open('vedette-head+jws', statement)).toBe(payload)
    }),
  )
})
