import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Script } from 'node:vm'
import { brotliCompressSync } from 'node:zlib'

import { Hono } from 'hono'
import { beforeAll, expect, test, vi } from 'vitest'

import { consoleDoors } from './console.ts'

const options = {
  scope: 'default',
  trust: { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'public' }] },
  workers: ['http://127.0.0.1:8787', 'https://edge.example/behind/'],
}
const app = new Hono()

beforeAll(() => {
  for (const [path, door] of Object.entries(consoleDoors(options))) app.route(path, door)
})

const ask = async (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  app.request(path, { headers })
const textOf = async (path: string): Promise<string> => (await ask(path)).text()

/** A script of the SDK and those that it imports, by name; `static` leaves out what may come later. */
async function scriptsFrom(name: string, kind?: 'static'): Promise<ReadonlyMap<string, string>> {
  const pattern = kind ? /(?:from|import)"\.\/([^"]+)"/g : /"\.\/([^"]+\.js)"/g
  const scripts = new Map<string, string>()
  const names = new Set([name])
  for (const each of names) {
    const text = await textOf(`/sdk/${each}`)
    scripts.set(each, text)
    for (const [, imported = ''] of text.matchAll(pattern)) names.add(imported)
  }
  return scripts
}

test('the SDK is an ES module, and what it loads lies beside it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-sdk-'))
  try {
    for (const [name, text] of await scriptsFrom('index.js'))
      await writeFile(join(folder, name), text)
    const sdk = (await import(join(folder, 'index.js'))) as object
    expect(sdk).toMatchObject({
      createPolicyClient: expect.any(Function),
      VedetteError: expect.any(Function),
    })
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a page begins with 36 kB of the SDK, and the heavy builtins are not among them', async () => {
  const [first, later] = [await scriptsFrom('index.js', 'static'), await scriptsFrom('index.js')]
  const size = [...first.values()].reduce((sum, text) => sum + brotliCompressSync(text).length, 0)
  expect(size).toBeLessThan(36_000)
  const others = [...later.keys()].filter((name) => !first.has(name))
  for (const group of ['regex', 'jwt', 'graphql', 'dates'])
    expect(others.filter((name) => name.startsWith(`${group}-`))).toHaveLength(1)
})

test('what an SDK loads is named after its content, and kept for good', async () => {
  const [, chunk = ''] = (await scriptsFrom('index.js')).keys()
  expect(chunk).toMatch(/-[0-9A-Z]{8}\.js$/)
  const { headers } = await ask(`/sdk/${chunk}`)
  expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(headers.get('content-type')).toContain('text/javascript')
})

test('bundling leaves no process behind', async () => {
  await ask('/sdk/index.js')
  await vi.waitFor(async () => {
    const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'ppid=,comm='])
    const children = stdout.split('\n').filter((line) => Number.parseInt(line) === process.pid)
    expect(children.filter((line) => line.includes('esbuild'))).toEqual([])
  })
})

test('the page may load its own scripts only, and talk to the gateway and its Workers', async () => {
  const policy = (await ask('/console')).headers.get('content-security-policy')
  expect(policy?.split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "connect-src 'self' http://127.0.0.1:8787 https://edge.example",
    "worker-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ])
})

test('nothing in the page is inline, and all it refers to is there', async () => {
  const html = await textOf('/console')
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/)
  const references = [...html.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, path]) => path ?? '')
  expect(references).toHaveLength(2)
  for (const path of references) expect((await ask(path)).status, path).toBe(200)
})

test('the service worker is a classic script for the whole origin, and all it keeps is there', async () => {
  const response = await ask('/console/service-worker.js')
  expect(response.headers.get('service-worker-allowed')).toBe('/')
  const script = await response.text()
  // Parses as a script, in which `import` and `export` would be errors; nothing runs.
  expect(() => new Script(script)).not.toThrow()
  const kept = [...script.matchAll(/"(\/(?:console|sdk)[^"]*)"/g)].map(([, path]) => path ?? '')
  expect(kept).toContain('/sdk/index.js')
  for (const name of (await scriptsFrom('index.js', 'static')).keys())
    expect(kept).toContain(`/sdk/${name}`)
  for (const path of kept) expect((await ask(path)).status, path).toBe(200)
})

test('the configuration tells scope, public keys and Workers', async () => {
  expect(await (await ask('/console/config.json')).json()).toEqual(options)
})

test.each(['/console', '/console/page.js', '/console/config.json', '/sdk/index.js'])(
  '%s is asked about each time, and sent once',
  async (path) => {
    const { headers } = await ask(path)
    expect(headers.get('cache-control')).toBe('no-cache')
    const again = await ask(path, { 'if-none-match': headers.get('etag') ?? '' })
    expect(again.status).toBe(304)
    expect(await again.text()).toBe('')
  },
)

test.each(['/console/page.js', '/sdk/index.js'])('%s is sent compressed', async (path) => {
  const accept = { 'accept-encoding': 'gzip, deflate, br' }
  const { headers, body } = await ask(path, accept)
  expect(headers.get('content-encoding')).toBe('gzip')
  const text = await new Response(body?.pipeThrough(new DecompressionStream('gzip'))).text()
  expect(text).toBe(await textOf(path))
  const again = await ask(path, { ...accept, 'if-none-match': headers.get('etag') ?? '' })
  expect(again.status).toBe(304)
})

test('a slash too many leads to the page, anything else to nothing', async () => {
  const slash = await ask('/console/')
  expect(slash.status).toBe(301)
  expect(new URL(slash.headers.get('location') ?? '').pathname).toBe('/console')
  for (const path of ['/console/page.ts', '/console/../keys/keys.ts', '/sdk', '/sdk/client.js'])
    expect((await ask(path)).status, path).toBe(404)
})
