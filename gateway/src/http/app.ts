import type { HttpBindings } from '@hono/node-server'
import { revisionHeader } from '@vedette/core/door/at-least'
import { messageOf } from '@vedette/core/errors'
import { Hono } from 'hono'
import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import type { Logger } from 'pino'

import { createRouter } from './router.ts'

export interface AppOptions {
  /** Origins answered by CORS. */
  readonly origins: readonly string[]
  /** Where the gateway listens: on loopback, only requests that name loopback are answered. */
  readonly host: string
  /** Path prefix → the resource behind it. */
  readonly doors: Readonly<Record<string, Hono | Hono<{ Bindings: HttpBindings }>>>
  readonly log: Pick<Logger, 'error'>
}

/** The gateway's HTTP side: every door under its path. */
export function createApp({
  origins,
  host,
  doors,
  log,
}: AppOptions): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>({ router: createRouter() })
  if (isLoopback(host)) app.use(loopbackOnly())
  if (origins.length > 0) app.use(corsOf(origins))
  for (const [path, door] of Object.entries(doors))
    app.route(path, door as Hono<{ Bindings: HttpBindings }>)
  // Whoever types the address the start-up lines name is a person.
  app.get('/', (c) => c.redirect('/console'))
  app.notFound((c) => c.text('404 page not found\n', 404))
  app.onError((error, c) => {
    log.error({ error: messageOf(error), path: c.req.path }, 'a request failed')
    return c.json({ code: 'ERR_INTERNAL', message: 'the gateway failed; its log says how' }, 500)
  })
  return app
}

function corsOf(origins: readonly string[]): MiddlewareHandler {
  const answerPage = cors({
    origin: [...origins],
    allowHeaders: ['authorization', 'content-type', 'prefer', revisionHeader],
    exposeHeaders: ['preference-applied', revisionHeader],
    maxAge: 600,
  })
  return async function answerOrigin(c, next) {
    // No page sent it and no cache keeps it: so it needs none of the headers, not even `Vary`.
    const isOfServer = isUncached(c.req.method) && c.req.header('origin') === undefined
    return isOfServer ? next() : answerPage(c, next)
  }
}

function isUncached(method: string): boolean {
  return method === 'POST' || method === 'OPTIONS'
}

/** A page elsewhere can point a name of its own at 127.0.0.1; the Host header tells. */
function loopbackOnly(): MiddlewareHandler {
  /** Almost everybody says the same. */
  let latest: string | undefined
  return async function checkHost(c, next) {
    const host = c.req.header('host') ?? ''
    if (host === latest || namesLoopback(host)) {
      latest = host
      return next()
    }
    return c.json(
      { code: 'ERR_HOST', message: `this gateway listens on loopback, and is not '${host}'` },
      403,
    )
  }
}

function namesLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '')
  // 0.0.0.0 is what documentation of ONAP has callers type, and no name that could be pointed elsewhere.
  return isLoopback(name) || name === '0.0.0.0'
}

function isLoopback(host: string): boolean {
  return /^(localhost|::1|\[::1\]|127(\.\d{1,3}){3})$/i.test(host)
}
