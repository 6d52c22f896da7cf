import { createSigner, createTrust } from '@vedette/core/bundle/signature'
import { exportJWK, generateKeyPair } from 'jose'
import { expect, test, vi } from 'vitest'

import { ownWord } from './own-word.ts'

async function world(): Promise<ReturnType<typeof ownWord> & { readonly opened: () => number }> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true })
  const jwk = await exportJWK(privateKey)
  const trust = createTrust({ keys: [jwk] })
  const open = vi.spyOn(trust, 'open')
  return { ...ownWord(await createSigner(jwk), trust), opened: () => open.mock.calls.length }
}

test('what was just signed here is not verified again', async () => {
  const { signer, trust, opened } = await world()
  const statement = await signer.sign('vedette-head+jws', '{"a":1}')
  expect(await trust.open('vedette-head+jws', statement)).toBe('{"a":1}')
  expect(opened()).toBe(0)
})

test('as another type, or changed, it is not our word', async () => {
  const { signer, trust } = await world()
  const statement = await signer.sign('vedette-head+jws', '{"a":1}')
  const refused = expect.objectContaining({ code: 'ERR_SIGNATURE' })
  await expect(trust.open('vedette-entry+jws', statement)).rejects.toThrow(refused)
  const changed = statement.replace(/\.(.)/, (_, first) => `.${first === 'A' ? 'B' : 'A'}`)
  await expect(trust.open('vedette-head+jws', changed)).rejects.toThrow(refused)
})

test('what was signed long ago is verified like anyone else’s', async () => {
  const { signer, trust, opened } = await world()
  const first = await signer.sign('vedette-head+jws', '0')
  for (let n = 1; n <= 64; n++) await signer.sign('vedette-head+jws', String(n))
  expect(await trust.open('vedette-head+jws', first)).toBe('0')
  expect(opened()).toBe(1)
})
