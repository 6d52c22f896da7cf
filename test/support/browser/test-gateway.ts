import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

import { serve } from '@hono/node-server'
import type { ServerType } from '@hono/node-server'
import { Hono } from 'hono'

import { FakeGateway } from '../../../web-sdk/src/gateway.support.ts'
import { html, pageScript, serviceWorker } from './test-page.ts'

/** A gateway of one scope that also serves a page, on 127.0.0.1. */
export interface TestGateway {
  readonly url: string
  readonly gateway: FakeGateway
  /** Cuts every connection, and listens no more. */
  stop(): Promise<void>
  /** Listens again, on the same port. */
  start(): Promise<void>
}

export interface TestGatewayOptions {
  /** The SDK's scripts, by name. */
  readonly sdk: ReadonlyMap<string, string>
  /** The page's Content Security Policy. Default: its own scripts, and no code made at run time. */
  readonly contentSecurityPolicy?: string
}

const strict = "default-src 'self'; script-src 'self'"

export async function startTestGateway(options: TestGatewayOptions): Promise<TestGateway> {
  const gateway = await FakeGateway.create()
  const { fetch } = doors(gateway, options)
  let server = await listen(fetch, 0)
  const { port } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}`,
    gateway,
    async stop() {
      server.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await once(server, 'close')
    },
    async start() {
      server = await listen(fetch, port)
    },
  }
}

function doors(gateway: FakeGateway, options: TestGatewayOptions): Hono {
  const script = { 'content-type': 'text/javascript' }
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    c.header('content-security-policy', options.contentSecurityPolicy ?? strict)
  })
  app.get('/', (c) => c.html(html))
  app.get('/page.js', (c) => c.body(pageScript(gateway.publisher.trust), 200, script))
  app.get('/sdk/:name', (c) => c.body(options.sdk.get(c.req.param('name')) ?? '', 200, script))
  app.get('/worker.js', (c) => c.body(serviceWorker([...options.sdk.keys()]), 200, script))
  app.all('/sync/*', (c) => gateway.answer(c.req.raw))
  return app
}

async function listen(fetch: Hono['fetch'], port: number): Promise<ServerType> {
  const server = serve({ fetch, hostname: '127.0.0.1', port })
  await once(server, 'listening')
  return server
}
