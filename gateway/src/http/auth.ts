import { hash, timingSafeEqual } from 'node:crypto'

import type { Context, MiddlewareHandler } from 'hono'
import { SignJWT, jwtVerify } from 'jose'

import type { Keys } from '../keys/keys.ts'

/** Compared by digest: takes the same time wherever two texts differ. An unset secret equals nothing. */
function secretTest(secret: string): (given: string) => boolean {
  const expected = digestOf(secret)
  return (given) => timingSafeEqual(digestOf(given), expected) && secret !== ''
}

function digestOf(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}

function bearerOf(authorization: string | undefined): string {
  return /^Bearer\s+(\S+)\s*$/i.exec(authorization ?? '')?.[1] ?? ''
}

/** Lets in who carries the publisher's token. */
export function bearer(token: string): MiddlewareHandler {
  const isToken = secretTest(token)
  return async function bearerAuth(c, next) {
    if (isToken(bearerOf(c.req.header('authorization')))) return next()
    return c.json(
      { code: 'ERR_UNAUTHORIZED', message: 'this needs the bearer token of VEDETTE_TOKEN' },
      401,
      {
        'www-authenticate': 'Bearer',
      },
    )
  }
}

export interface Account {
  readonly user: string
  readonly password: string
}

/** Basic authentication as the Go PDP answers it: an empty user or password on either side lets nobody in. */
export function basic(...accounts: readonly Account[]): MiddlewareHandler {
  const tests = accounts.map(accountTest)
  return async function basicAuth(c, next) {
    const given = c.req.header('authorization')
    return tests.some((isAccount) => isAccount(given)) ? next() : unauthorized(c)
  }
}

/** Lets `account` in, and tells `lesser` that it may not. */
export function basicBut(lesser: Account, account: Account): MiddlewareHandler {
  const isAccount = accountTest(account)
  const isLesser = accountTest(lesser)
  return async function basicButAuth(c, next) {
    const given = c.req.header('authorization')
    if (isAccount(given)) return next()
    return isLesser(given) ? c.text('Forbidden\n', 403) : unauthorized(c)
  }
}

/** Lets in whoever `basic` or `bearer` would let in. */
export function basicOrBearer(accounts: readonly Account[], token: string): MiddlewareHandler {
  const asAccount = basic(...accounts)
  const isToken = secretTest(token)
  return async function basicOrBearerAuth(c, next) {
    return isToken(bearerOf(c.req.header('authorization'))) ? next() : asAccount(c, next)
  }
}

/** User and password are one secret, as they are one in the header. */
function accountTest({ user, password }: Account): (authorization: string | undefined) => boolean {
  const secret = user === '' || password === '' ? '' : `${user}:${password}`
  const isSecret = secretTest(secret)
  const isUsual = usualTest(secret)
  return (authorization = '') => {
    if (isUsual(authorization)) return true
    const given = /^Basic\s+(\S+)\s*$/i.exec(authorization)?.[1] ?? ''
    return isSecret(Buffer.from(given, 'base64').toString())
  }
}

/** Whether a header is what almost every program makes of the secret: to know that takes no digest. */
function usualTest(secret: string): (authorization: string) => boolean {
  const usual = Buffer.from(`Basic ${Buffer.from(secret).toString('base64')}`)
  return (authorization) =>
    authorization.length === usual.length &&
    timingSafeEqual(Buffer.from(authorization, 'latin1'), usual) &&
    secret !== ''
}

function unauthorized(c: Context): Response {
  return c.text('Unauthorized\n', 401, {
    'content-type': 'text/plain; charset=utf-8',
    'www-authenticate': 'Basic realm="Restricted"',
    'x-content-type-options': 'nosniff',
  })
}

const replicaToken = { typ: 'vedette-replica+jwt', audience: 'vedette-sync', algorithm: 'EdDSA' }

/** A token that lets one subject sync one scope for `ttlSeconds`, and is good for nothing else. */
export function signReplicaToken(
  keys: Keys,
  claims: { readonly scope: string; readonly sub: string; readonly ttlSeconds: number },
): Promise<string> {
  return new SignJWT({ scope: claims.scope })
    .setProtectedHeader({ alg: replicaToken.algorithm, typ: replicaToken.typ })
    .setSubject(claims.sub)
    .setAudience(replicaToken.audience)
    .setIssuedAt()
    .setExpirationTime(`${claims.ttlSeconds}s`)
    .sign(keys.privateKey)
}

interface ReplicaClaims {
  readonly scope: string
  /** s since 1970. */
  readonly exp: number
}

declare module 'hono' {
  interface ContextVariableMap {
    /** Left behind by `replica`: when its token ends, ms since 1970. */
    readonly tokenEnds: number
  }
}

/** Lets in who carries a replica token for the scope in the path; another scope's is 403. */
export function replica(keys: Keys): MiddlewareHandler {
  const claimsOf = rememberingClaims(keys)
  return async function replicaAuth(c, next) {
    const claims = await claimsOf(bearerOf(c.req.header('authorization')))
    if (claims === undefined) {
      return c.json(
        { code: 'ERR_UNAUTHORIZED', message: 'this needs a replica token from POST /tokens' },
        401,
        {
          'www-authenticate': 'Bearer',
        },
      )
    }
    const { scope, exp } = claims
    c.set('tokenEnds', exp * 1000)
    if (scope === c.req.param('scope')) return next()
    return c.json({ code: 'ERR_FORBIDDEN', message: `the token is for scope '${scope}'` }, 403)
  }
}

/** More replicas than that are verified again now and then. */
const mostRemembered = 5_000

/**
 * A page reports with one token again and again, and verifying takes a way to a thread and back: once is enough, also
 * for those who come at the same time.
 */
function rememberingClaims(keys: Keys): (token: string) => Promise<ReplicaClaims | undefined> {
  const remembered = new Map<string, Promise<ReplicaClaims | undefined>>()
  return async (token) => {
    const known = await remembered.get(token)
    if (known && known.exp * 1000 > Date.now()) return known
    const verified = verifiedClaims(token, keys)
    remembered.delete(token)
    remembered.set(token, verified)
    const [oldest] = remembered.keys()
    if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest)
    const claims = await verified
    if (!claims && remembered.get(token) === verified) remembered.delete(token)
    return claims
  }
}

async function verifiedClaims(token: string, keys: Keys): Promise<ReplicaClaims | undefined> {
  try {
    const { payload } = await jwtVerify<ReplicaClaims>(token, keys.publicKey, {
      algorithms: [replicaToken.algorithm],
      audience: replicaToken.audience,
      typ: replicaToken.typ,
      requiredClaims: ['exp', 'sub', 'scope'],
    })
    return payload
  } catch {
    return undefined
  }
}
