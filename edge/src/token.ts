import type { MiddlewareHandler } from 'hono'
import { timingSafeEqual } from 'hono/utils/buffer'

import type { EdgeEnv } from './env.ts'
import { problem } from './problem.ts'

/** Lets on who presents `VEDETTE_TOKEN` as bearer token; nobody when it is not set. */
export function requireToken(): MiddlewareHandler<{ Bindings: EdgeEnv }> {
  return async (c, next) => {
    if (await isBearerOf(c.req.header('authorization'), c.env.VEDETTE_TOKEN)) return next()
    c.header('www-authenticate', 'Bearer')
    return problem(c, { status: 401, title: 'A bearer token is needed', code: 'ERR_UNAUTHORIZED' })
  }
}

/** Digests are compared, so the time taken says nothing about the token. */
export async function isBearerOf(
  header: string | undefined,
  token: string | undefined,
): Promise<boolean> {
  const presented = /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1]
  return Boolean(token && presented) && timingSafeEqual(presented ?? '', token ?? '')
}
