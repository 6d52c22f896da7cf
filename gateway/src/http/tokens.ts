import { Hono } from 'hono'
import * as v from 'valibot'

import type { Keys } from '../keys/keys.ts'
import { bearer, signReplicaToken } from './auth.ts'
import { limitBody } from './body.ts'

const dayInSeconds = 24 * 60 * 60

/** `ttl` in seconds, at most 30 days. */
const RequestSchema = v.object({
  scope: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(200)), 'default'),
  sub: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  ttl: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(30 * dayInSeconds)),
    dayInSeconds,
  ),
})

/** `POST /tokens`: a replica token for one scope and subject. */
export function tokensDoor(options: {
  readonly token: string
  readonly keys: Keys
  readonly scope: string
}): Hono {
  const door = new Hono()
  door.post('/', bearer(options.token), limitBody(16 * 1024), async (c) => {
    const request = v.safeParse(
      v.pipe(v.string(), v.parseJson(), RequestSchema),
      await c.req.text(),
    )
    if (!request.success) {
      return c.json({ code: 'ERR_BAD_REQUEST', message: v.summarize(request.issues) }, 400)
    }
    const { scope, sub, ttl } = request.output
    if (scope !== options.scope)
      return c.json({ code: 'ERR_SCOPE', message: `there is no scope '${scope}'` }, 404)
    const token = await signReplicaToken(options.keys, { scope, sub, ttlSeconds: ttl })
    return c.json({ token, scope, sub, expires: Math.floor(Date.now() / 1000) + ttl })
  })
  return door
}
