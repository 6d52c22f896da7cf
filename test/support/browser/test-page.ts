import type { TrustedKeys } from '../../../web-sdk/src/index.ts'

export const html = `<!doctype html>
<meta charset="utf-8">
<title>A page that decides</title>
<script type="module" src="/page.js"></script>
`

/** What a test finds in `window`: the client, the codes of its errors, and how long the first decision took. */
export const pageScript = (trust: TrustedKeys): string => `
import { createPolicyClient } from '/sdk/index.js'

await navigator.serviceWorker.register('/worker.js')
window.errors = []
const begin = performance.now()
window.client = createPolicyClient({
  url: location.origin,
  token: 'secret',
  trust: ${JSON.stringify(trust)},
  onError: (error) => errors.push(error.code),
})
client.ready().then(() => (window.readyMs = performance.now() - begin))
`

/** Holds page and SDK, so that a reload needs no server. */
export const serviceWorker = (sdk: readonly string[]): string => `
const kept = ${JSON.stringify(['/', '/page.js', ...sdk.map((name) => `/sdk/${name}`)])}
addEventListener('install', (event) =>
  event.waitUntil(caches.open('page').then((cache) => cache.addAll(kept)).then(() => skipWaiting())))
addEventListener('activate', (event) => event.waitUntil(clients.claim()))
addEventListener('fetch', (event) => {
  if (kept.includes(new URL(event.request.url).pathname)) event.respondWith(caches.match(event.request))
})
`
