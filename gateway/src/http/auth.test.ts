import { createHmac } from 'node:crypto'

import { Hono } from 'hono'
import { SignJWT, UnsecuredJWT } from 'jose'
import { expect, test, vi } from 'vitest'

import { testKeys } from '../keys/keys.support.ts'
import { basic, basicOrBearer, bearer, replica, signReplicaToken } from './auth.ts'
import { tokensDoor } from './tokens.ts'

const keys = await testKeys()
const claims = { scope: 'default', sub: 'browser-1', ttlSeconds: 60 }

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const guarded = (guard: Parameters<Hono['use']>[1]): Hono =>
  new Hono().use('/:scope/*', guard).get('/:scope/in', (c) => c.text('in'))

async function ask(app: Hono, authorization?: string, path = '/default/in'): Promise<Response> {
  return app.request(path, { headers: authorization === undefined ? {} : { authorization } })
}

test.for([
  ['Bearer secret', 200],
  ['bearer secret', 200],
  ['BEARER   secret ', 200],
  [undefined, 401],
  ['', 401],
  ['Bearer', 401],
  ['Bearer ', 401],
  ['Bearer secre', 401],
  ['Bearer secrets', 401],
  ['Bearer secret secret', 401],
  ['secret', 401],
  [`Basic ${base64('secret:secret')}`, 401],
] as const)('with %j the bearer door answers %i', async ([authorization, status]) => {
  const answer = await ask(guarded(bearer('secret')), authorization)
  expect(answer.status).toBe(status)
  if (status === 401) {
    expect(await answer.json()).toMatchObject({ code: 'ERR_UNAUTHORIZED' })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  }
})

test.for(['Bearer ', 'Bearer', '', 'Bearer undefined', undefined])(
  'a token that is not set lets nobody in: %j',
  async (authorization) => {
    expect((await ask(guarded(bearer('')), authorization)).status).toBe(401)
  },
)

test.for([
  ['user:pass:word', 'user', 'pass:word', 200],
  ['user:pass', 'user', 'pass:word', 401],
  ['user:', 'user', '', 401],
  [':', '', '', 401],
  [':pass', '', 'pass', 401],
  ['user', 'user', 'pass', 401],
  ['other:pass', 'user', 'pass', 401],
  ['usér:pässwörd', 'usér', 'pässwörd', 200],
] as const)('basic %s for %s:%s answers %i', async ([given, user, password, status]) => {
  const door = guarded(basic({ user, password }))
  const answer = await ask(door, `Basic ${base64(given)}`)
  expect(answer.status).toBe(status)
  expect((await ask(door, `bAsIc ${base64(given)}`)).status).toBe(status)
})

test('the wrong basic credential is answered as the Go PDP answers it', async () => {
  for (const authorization of [undefined, 'Basic', 'Basic !!', 'Bearer pass']) {
    const answer = await ask(guarded(basic({ user: 'user', password: 'pass' })), authorization)
    expect(answer.status).toBe(401)
    expect(await answer.text()).toBe('Unauthorized\n')
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="Restricted"')
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  }
})

test('basic or bearer: either is enough, and what is not set is neither', async () => {
  const account = { user: 'user', password: 'pass' }
  const statusOf = async (token: string, authorization: string): Promise<number> =>
    (await ask(guarded(basicOrBearer([account], token)), authorization)).status
  expect(await statusOf('secret', 'Bearer secret')).toBe(200)
  expect(await statusOf('', `Basic ${base64('user:pass')}`)).toBe(200)
  expect(await statusOf('', 'Bearer ')).toBe(401)
  expect(await statusOf('secret', 'Bearer pass')).toBe(401)
  expect(await statusOf('secret', `Basic ${base64('user:secret')}`)).toBe(401)
})

test('a replica token opens its own scope, and no other door', async () => {
  const token = await signReplicaToken(keys, claims)
  expect((await ask(guarded(replica(keys)), `Bearer ${token}`)).status).toBe(200)
  const other = await ask(guarded(replica(keys)), `Bearer ${token}`, '/other/in')
  expect(other.status).toBe(403)
  expect(await other.json()).toMatchObject({ code: 'ERR_FORBIDDEN' })
  expect((await ask(guarded(bearer('secret')), `Bearer ${token}`)).status).toBe(401)
})

test('a replica token that was let in before is not when it has ended', async () => {
  const token = await signReplicaToken(keys, claims)
  const door = guarded(replica(keys))
  for (const _ of [1, 2]) expect((await ask(door, `Bearer ${token}`)).status).toBe(200)
  vi.useFakeTimers({ now: Date.now() + claims.ttlSeconds * 1000, toFake: ['Date'] })
  expect((await ask(door, `Bearer ${token}`)).status).toBe(401)
  vi.useRealTimers()
})

const jwt = (payload: Record<string, unknown> = {}, typ = 'vedette-replica+jwt'): SignJWT =>
  new SignJWT({ scope: 'default', sub: 'x', aud: 'vedette-sync', ...payload })
    .setProtectedHeader({ alg: 'EdDSA', typ })
    .setExpirationTime('1m')

/** Each is a good token but for one thing. */
const forged: Readonly<Record<string, () => Promise<string>>> = {
  'no token at all': () => Promise.resolve('x.y.z'),
  'an expired one': () => signReplicaToken(keys, { ...claims, ttlSeconds: -1 }),
  "another gateway's": async () => signReplicaToken(await testKeys(), claims),
  'alg none': () =>
    Promise.resolve(
      new UnsecuredJWT({ scope: 'default', sub: 'x', aud: 'vedette-sync' })
        .setExpirationTime('1m')
        .encode(),
    ),
  'the public key as an HMAC secret': () => {
    const text = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
    const header = text({ alg: 'HS256', typ: 'vedette-replica+jwt' })
    const body = text({ scope: 'default', sub: 'x', aud: 'vedette-sync', exp: 9_999_999_999 })
    const secret = keys.jwks.keys[0]?.x ?? ''
    const mac = createHmac('sha256', secret).update(`${header}.${body}`).digest('base64url')
    return Promise.resolve(`${header}.${body}.${mac}`)
  },
  'an entry signed by the same key': () =>
    keys.signer.sign(
      'vedette-entry+jws',
      JSON.stringify({ scope: 'default', sub: 'x', aud: 'vedette-sync', exp: 9_999_999_999 }),
    ),
  'a head signed by the same key': () =>
    keys.signer.sign(
      'vedette-head+jws',
      JSON.stringify({ scope: 'default', sub: 'x', aud: 'vedette-sync', exp: 9_999_999_999 }),
    ),
  'another audience': () => jwt({ aud: 'elsewhere' }).sign(keys.privateKey),
  'no subject': () => jwt({ sub: undefined }).sign(keys.privateKey),
  'no scope': () => jwt({ scope: undefined }).sign(keys.privateKey),
  'another type': () => jwt({}, 'JWT').sign(keys.privateKey),
  'no end': () =>
    new SignJWT({ scope: 'default', sub: 'x', aud: 'vedette-sync' })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'vedette-replica+jwt' })
      .sign(keys.privateKey),
}

test.for(Object.entries(forged))('%s is no replica token', async ([, make]) => {
  const answer = await ask(guarded(replica(keys)), `Bearer ${await make()}`)
  expect(answer.status).toBe(401)
})

test('the good one among the forged would open', async () => {
  const token = await jwt().sign(keys.privateKey)
  expect((await ask(guarded(replica(keys)), `Bearer ${token}`)).status).toBe(200)
})

const tokens = tokensDoor({ token: 'secret', keys, scope: 'default' })
const order = async (body: string, authorization = 'Bearer secret'): Promise<Response> =>
  tokens.request('/', { method: 'POST', body, headers: { authorization } })

test('a token is made for whoever may, and says what it is for', async () => {
  const answer = await order('{"scope":"default","sub":"page","ttl":60}')
  expect(answer.status).toBe(200)
  const made = (await answer.json()) as { readonly token: string }
  expect(made).toMatchObject({ scope: 'default', sub: 'page', expires: expect.any(Number) })
  expect((await ask(guarded(replica(keys)), `Bearer ${made.token}`)).status).toBe(200)
  expect((await order('{"sub":"page"}', `Bearer ${made.token}`)).status).toBe(401)
})

test.for([
  ['', 400],
  ['{', 400],
  ['[]', 400],
  ['{}', 400],
  ['{"sub":""}', 400],
  ['{"sub":1}', 400],
  ['{"sub":"x","ttl":0}', 400],
  ['{"sub":"x","ttl":1.5}', 400],
  ['{"sub":"x","ttl":"60"}', 400],
  ['{"sub":"x","ttl":2592001}', 400],
  ['{"sub":"x","ttl":2592000}', 200],
  ['{"sub":"x","scope":"other"}', 404],
  [JSON.stringify({ sub: 'x'.repeat(20_000) }), 413],
] as const)('the order %.60s is answered %i', async ([body, status]) => {
  expect((await order(body)).status).toBe(status)
})
