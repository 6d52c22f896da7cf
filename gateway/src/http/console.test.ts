import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Script } from 'node:vm'

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
const dataUrl = (script: string): string =>
  `data:text/javascript;base64,${Buffer.from(script).toString('base64')}`

test('the SDK is an ES module that needs nothing beside it', async () => {
  const response = await ask('/sdk/index.js')
  expect(response.headers.get('content-type')).toContain('text/javascript')
  const sdk = (await import(/* @vite-ignore */ dataUrl(await response.text()))) as object
  expect(sdk).toMatchObject({
    createPolicyClient: expect.any(Function),
    VedetteError: expect.any(Function),
  })
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

test('a slash too many leads to the page, anything else to nothing', async () => {
  const slash = await ask('/console/')
  expect(slash.status).toBe(301)
  expect(new URL(slash.headers.get('location') ?? '').pathname).toBe('/console')
  for (const path of ['/console/page.ts', '/console/../keys.ts', '/sdk', '/sdk/client.js'])
    expect((await ask(path)).status, path).toBe(404)
})
