/**
 * The console and the SDK for pages.
 *
 * An end-to-end test finds its way by `data-testid`, which stay as they are:
 *
 * - `pdp-state` `revision` `connection` `policies` (one `li` each: name, version): what this page's replica stands on
 * - `decide-form`: `entrypoint` (a select), `input`, `decide` (the button), `agreement` (`All agree`,
 *   `The answers differ`, `Not every place decided`)
 * - for each place `page`, `worker` (`worker-2`, …), `gateway`: a card of that name, whose `data-state` is `true`,
 *   `false`, `value`, `undefined`, `failed` or, before the first answer, `asking`; in it `page-result` (JSON text,
 *   `undefined`, or the error's code), `page-message` (the error's sentence), `page-revision` and `page-time`
 * - `data-form`: `data-path`, `data-now`, `data-take` (a button), `data-value`, `data-put` (the button), `data-result`
 *   (`Revision e.n, …` or `ERR_…: …`)
 * - `replica`: a row, with `data-kind`, `data-replica` and `data-own` (`true` for this page); its cells have `data-part`
 *   `revision` `ready` `healthy` (`yes`, `no`) `policy` `data` `refusal` `heard`; all rows are in `replicas`
 * - `sign-in`: `token`, `sign-in-submit`, `sign-in-error`
 * - `page-error`, `fleet-error`: hidden as long as nothing is wrong
 */
import { readFile } from 'node:fs/promises'

import { Hono } from 'hono'
import type { MiddlewareHandler } from 'hono'
import { compress } from 'hono/compress'
import { etag } from 'hono/etag'
import { secureHeaders } from 'hono/secure-headers'
import { trimTrailingSlash } from 'hono/trailing-slash'
import type { JSONWebKeySet } from 'jose'

import { createBrowserModules } from './browser-modules.ts'

/** What the console page must know, and nothing that is secret: `GET /console/config.json`. */
export interface ConsoleOptions {
  readonly scope: string
  /** The public keys that the page's replica believes. */
  readonly trust: JSONWebKeySet
  /** Base URLs of the Workers that the page asks beside itself and the gateway. */
  readonly workers: readonly string[]
}

/**
 * `/console`, the operator's page, and `/sdk/index.js`, the web SDK as an ES module that loads the rest of itself from
 * beside it: for everyone, they hold no secret.
 */
export function consoleDoors(options: ConsoleOptions): Readonly<Record<'/console' | '/sdk', Hono>> {
  const modules = createBrowserModules()
  const script = async (name: string): Promise<string> => (await modules()).console.get(name) ?? ''
  const page = new Hono()
  page.use(trimTrailingSlash(), compress(), etag(), revalidated(), guarded(options.workers))
  page.get('/', async (c) => c.html(await source('index.html')))
  page.get('/style.css', async (c) => c.body(await source('style.css'), 200, css))
  page.get('/page.js', async (c) => c.body(await script('page.js'), 200, javascript))
  page.get('/service-worker.js', async (c) =>
    // It holds the SDK too, which lies outside its own folder.
    c.body(await script('service-worker.js'), 200, {
      ...javascript,
      'service-worker-allowed': '/',
    }),
  )
  page.get('/config.json', (c) => c.json(options))

  const sdk = new Hono()
  sdk.use(compress())
  sdk.use('/index.js', etag(), revalidated())
  sdk.get('/:file', async (c) => {
    const file = c.req.param('file')
    const text = (await modules()).sdk.get(file)
    if (text === undefined) return c.notFound()
    return c.body(text, 200, file === 'index.js' ? javascript : { ...javascript, ...immutable })
  })
  return { '/console': page, '/sdk': sdk }
}

const css = { 'content-type': 'text/css; charset=utf-8' }
const javascript = {
  'content-type': 'text/javascript; charset=utf-8',
  'x-content-type-options': 'nosniff',
}

/** The hash in its name is that of its text. */
const immutable = { 'cache-control': 'public, max-age=31536000, immutable' }

function source(name: string): Promise<string> {
  return readFile(new URL(`../console/${name}`, import.meta.url), 'utf8')
}

/** Kept by browsers, and asked about each time: page and SDK must be the ones of this very gateway. */
function revalidated(): MiddlewareHandler {
  return async function revalidate(c, next) {
    await next()
    c.header('cache-control', 'no-cache')
  }
}

/** Isolated from other origins, which also gives the page a clock fine enough to time a decision. */
function guarded(workers: readonly string[]): MiddlewareHandler {
  return secureHeaders({
    crossOriginEmbedderPolicy: true,
    // Whether a whole domain has TLS is for the proxy in front to say.
    strictTransportSecurity: false,
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
      styleSrc: ["'self'"],
      connectSrc: ["'self'", ...new Set(workers.map((worker) => new URL(worker).origin))],
      workerSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  })
}
