import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { JWK } from 'jose'
import { expect, onTestFinished, test } from 'vitest'

import { readConfig } from '../config.ts'
import { privateJwk, testKeys } from './keys.support.ts'
import { loadKeys } from './keys.ts'
import { makeSecretFile } from './secret-file.ts'

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'vedette-keys-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

const readJwk = (text: string): JWK => JSON.parse(text) as JWK

async function keyWith(changed: {
  readonly d?: undefined
  readonly x?: string | undefined
}): Promise<string> {
  return JSON.stringify({ ...readJwk(await privateJwk()), ...changed })
}

const signed = async (keys: Awaited<ReturnType<typeof testKeys>>): Promise<string> =>
  keys.signer.sign('vedette-head+jws', 'hello')

test('a key is made once, for its owner only, and found again', async () => {
  const dataDir = join(await directory(), 'new', 'data')
  const config = readConfig({ VEDETTE_DATA_DIR: dataDir })
  const made = await loadKeys(config)
  const again = await loadKeys(config)
  expect(made.madeAt).toBe(join(dataDir, 'signing-key.json'))
  expect(again.madeAt).toBeUndefined()
  expect((await stat(made.madeAt ?? '')).mode & 0o777).toBe(0o600)
  expect(await again.trust.open('vedette-head+jws', await signed(made))).toBe('hello')
})

test('what replicas get holds no private part, and names the key', async () => {
  const { jwks } = await testKeys()
  expect(jwks.keys[0]).toMatchObject({ kty: 'OKP', crv: 'Ed25519', kid: expect.any(String) })
  expect(JSON.stringify(jwks)).not.toContain('"d"')
})

test('a key may come as a variable or as a file, which keeps its kid', async () => {
  const text = JSON.stringify({ ...readJwk(await privateJwk()), kid: 'mine' })
  const file = join(await directory(), 'key.json')
  await writeFile(file, text)
  const fromFile = await loadKeys(readConfig({ VEDETTE_SIGNING_KEY_FILE: file }))
  const fromVariable = await loadKeys(readConfig({ VEDETTE_SIGNING_KEY: text }))
  expect(fromFile.jwks).toEqual(fromVariable.jwks)
  expect(fromFile.jwks.keys[0]?.kid).toBe('mine')
})

const noKeys: Readonly<Record<string, () => string | Promise<string>>> = {
  'no JSON': () => 'secret-text',
  'another kind of key': () => '{"kty":"RSA","d":"secret-text"}',
  'a public key': () => keyWith({ d: undefined }),
  'halves of two keys': async () => keyWith({ x: readJwk(await privateJwk()).x }),
}

test.for(Object.entries(noKeys))(
  '%s is refused by the name of its variable alone',
  async ([, make]) => {
    const loading = loadKeys(readConfig({ VEDETTE_SIGNING_KEY: await make() }))
    await expect(loading).rejects.toThrow(/^VEDETTE_SIGNING_KEY must hold an Ed25519 private key/)
    await expect(loading).rejects.not.toThrow('secret-text')
  },
)

test('two that make a secret at the same time have the same one', async () => {
  const path = join(await directory(), 'secret')
  const made = await Promise.all(
    Array.from({ length: 20 }, (_, index) => makeSecretFile(path, () => `secret ${index}`)),
  )
  expect(new Set(made.map(({ text }) => text)).size).toBe(1)
  expect(made.filter((one) => one.made)).toHaveLength(1)
  expect(await readFile(path, 'utf8')).toBe(made[0]?.text)
})
