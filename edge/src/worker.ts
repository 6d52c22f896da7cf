import { Hono } from 'hono'
import { cors } from 'hono/cors'

import { questions } from './data.ts'
import { demo } from './demo.ts'
import type { EdgeEnv } from './env.ts'
import { health } from './health.ts'
import { pushes } from './push.ts'

export { ReplicaHub } from './hub.ts'

/** The Worker as it stands: the gateway's door, OPA's questions, OPAL's health, and two demo routes. */
const app = new Hono<{ Bindings: EdgeEnv }>()
  .use(
    cors({
      origin: (origin, c) => (isAllowed(origin, c.env.VEDETTE_ORIGINS) ? origin : null),
      allowMethods: ['GET', 'POST'],
      allowHeaders: ['authorization', 'content-type', 'vedette-revision', 'x-user'],
    }),
  )
  .route('/', health())
  .route('/', pushes())
  .route('/', questions())
  .route('/', demo())

function isAllowed(origin: string, origins = ''): boolean {
  return origins.split(',').some((allowed) => allowed.trim() === origin)
}

export default app satisfies ExportedHandler<EdgeEnv>
