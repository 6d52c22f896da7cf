import { readable } from '@vedette/core/replica/readiness'
import type { Context, MiddlewareHandler } from 'hono'
import { Hono } from 'hono'

import type { EdgeEnv } from './env.ts'
import { hub } from './env.ts'
import { requireToken } from './token.ts'

/**
 * `/health` as OPA, that the Worker runs; `/ready` and `/healthy` as OPAL, how the latest transactions went. With
 * `?verbose` these name what is missing, since when and why, to who carries the token.
 */
export function health(): Hono<{ Bindings: EdgeEnv }> {
  return new Hono<{ Bindings: EdgeEnv }>()
    .get('/health', (c) => c.json({}))
    .get('/ready', verboseForToken(), (c) => answer(c, 'ready'))
    .get('/healthy', verboseForToken(), (c) => answer(c, 'healthy'))
}

function verboseForToken(): MiddlewareHandler<{ Bindings: EdgeEnv }> {
  const guard = requireToken()
  return (c, next) => (isVerbose(c) ? guard(c, next) : next())
}

function isVerbose(c: Context): boolean {
  return c.req.query('verbose') !== undefined
}

async function answer(c: Context, standing: 'ready' | 'healthy'): Promise<Response> {
  const lacks = (await hub().lacks())[standing]
  const status = lacks.length === 0 ? 'ok' : 'unavailable'
  const missing = isVerbose(c) && { missing: lacks.map(readable) }
  return c.json({ status, ...missing }, lacks.length === 0 ? 200 : 503)
}
