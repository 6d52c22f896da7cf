import { readable } from '@vedette/core/replica/readiness'
import type { Lack } from '@vedette/core/replica/readiness'
import { Hono } from 'hono'
import type { Context } from 'hono'

import { bearer } from '../auth.ts'

export interface HealthDoorOptions {
  /** Needed for `?verbose` only. */
  readonly token: string
  /** What is missing to be ready; nothing, and it is. */
  readonly ready: () => readonly Lack[]
  /** What is missing to be healthy; nothing, and it is. */
  readonly healthy: () => readonly Lack[]
}

/**
 * The probes of OPAL (`/healthy`, by its older name `/healthcheck`, and `/ready`) and of OPA (`/health`): a status, and
 * nothing that needs a credential. With `?verbose` OPAL's also name what is missing, since when and why, to who carries
 * the token.
 */
export function healthDoor({ token, ready, healthy }: HealthDoorOptions): Hono {
  const door = new Hono()
  const guard = bearer(token)
  const healthNames = ['/healthy', '/healthcheck']
  door.on('GET', ['/ready', ...healthNames], (c, next) => (isVerbose(c) ? guard(c, next) : next()))
  door.get('/ready', (c) => answer(c, ready(), { status: 'ok' }))
  door.on('GET', healthNames, (c) => answer(c, healthy(), { status: 'ok', online: true }))
  door.get('/health', (c) => c.json({}))
  return door
}

function isVerbose(c: Context): boolean {
  return c.req.query('verbose') !== undefined
}

function answer(c: Context, lacks: readonly Lack[], good: object): Response {
  const isGood = lacks.length === 0
  const status = isGood ? good : { status: 'unavailable' }
  const missing = isVerbose(c) && { missing: lacks.map(readable) }
  return c.json({ ...status, ...missing }, isGood ? 200 : 503)
}
