import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'

import type { EdgeEnv } from './env.ts'
import { hub } from './env.ts'
import { problem } from './problem.ts'
import { requireToken } from './token.ts'

/** What workerd delivers as one WebSocket message; a POST is held to the same. */
const maxPushBytes = 32 * 1024 * 1024

const pushLimit = bodyLimit({
  maxSize: maxPushBytes,
  onError: (c) =>
    problem(c, { status: 413, title: 'A push has at most 32 MiB', code: 'ERR_TOO_LARGE' }),
})

/** The gateway's door `/.vedette/push`: WebSocket and POST, for `VEDETTE_TOKEN` and signatures that verify. */
export function pushes(): Hono<{ Bindings: EdgeEnv }> {
  return new Hono<{ Bindings: EdgeEnv }>()
    .use('/.vedette/push', requireToken())
    .get('/.vedette/push', (c) => {
      if (c.req.header('upgrade') === 'websocket') return hub().fetch(c.req.raw)
      return problem(c, { status: 426, title: 'This is a WebSocket', code: 'ERR_UPGRADE_REQUIRED' })
    })
    .post('/.vedette/push', pushLimit, (c) => hub().fetch(c.req.raw))
}
