/** The parts of a service worker's world used here: TypeScript has no library for it that bears the page's beside it. */
interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void
}
interface Installing extends Waiting {
  /** Static routes: not in every browser. */
  addRoutes?(routes: readonly object[]): Promise<void>
}
interface Fetching extends Waiting {
  readonly request: Request
  respondWith(response: Promise<Response>): void
}
declare const self: {
  readonly location: Location
  readonly clients: { claim(): Promise<void> }
  skipWaiting(): Promise<void>
  addEventListener(type: 'install', listener: (event: Installing) => void): void
  addEventListener(type: 'activate', listener: (event: Waiting) => void): void
  addEventListener(type: 'fetch', listener: (event: Fetching) => void): void
}
/** Set by the bundler, as paths. Another SDK is another service worker. */
declare const SDK: {
  readonly entry: string
  /** What the entry cannot begin without. */
  readonly needed: readonly string[]
  /** All that is named after its content, and therefore always the same. */
  readonly chunks: readonly string[]
}

/** All that a reload needs when the gateway is away, beside the builtins that the policies in force call. */
const shell = [
  '/console',
  '/console/page.js',
  '/console/style.css',
  '/console/config.json',
  SDK.entry,
]
const cacheName = 'vedette-console'
/** Longer than a gateway at work takes; a bundle that is being made is waited for when nothing is kept. */
const patienceMs = 1500

self.addEventListener('install', (event) => {
  event.waitUntil(keepShell().then(() => self.skipWaiting()))
  // A report that passes by here is a millisecond late.
  const bypass = event.addRoutes?.([{ condition: { urlPattern: '/sync/*' }, source: 'network' }])
  if (bypass) event.waitUntil(bypass)
})

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOldChunks().then(() => self.clients.claim()))
})

self.addEventListener('fetch', (event) => {
  const { origin, pathname } = new URL(event.request.url)
  if (event.request.method !== 'GET' || origin !== self.location.origin) return
  if (SDK.chunks.includes(pathname)) event.respondWith(keptOf(pathname))
  else if (shell.includes(pathname)) event.respondWith(newestOf(event, pathname))
})

async function keepShell(): Promise<void> {
  const cache = await caches.open(cacheName)
  await cache.addAll(shell.map((path) => new Request(path, { cache: 'no-cache' })))
  await cache.addAll(SDK.needed)
}

/** Those of an SDK before this one. */
async function dropOldChunks(): Promise<void> {
  const cache = await caches.open(cacheName)
  const wanted = new Set([...shell, ...SDK.chunks])
  for (const request of await cache.keys())
    if (!wanted.has(new URL(request.url).pathname)) await cache.delete(request)
}

async function keptOf(path: string): Promise<Response> {
  const cache = await caches.open(cacheName)
  return (await cache.match(path)) ?? fetchAndKeep(cache, path, 'default')
}

/** The gateway's answer when it comes in time, else the kept one. */
async function newestOf(event: Fetching, path: string): Promise<Response> {
  const cache = await caches.open(cacheName)
  const kept = await cache.match(path)
  const asking = fetchAndKeep(cache, path, 'no-cache')
  event.waitUntil(asking.catch(() => undefined))
  if (!kept) return asking
  return Promise.race([asking, late(patienceMs)]).catch(() => kept)
}

async function fetchAndKeep(cache: Cache, path: string, mode: RequestCache): Promise<Response> {
  const response = await fetch(path, { cache: mode })
  if (!response.ok) throw new Error(`${path} answered ${response.status}`)
  await cache.put(path, response.clone())
  return response
}

function late(afterMs: number): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error('no answer in time')), afterMs)
  })
}
