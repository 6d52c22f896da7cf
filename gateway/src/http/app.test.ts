import { Hono } from 'hono'
import { expect, test, vi } from 'vitest'

import { createApp } from './app.ts'
import { bearer } from './auth.ts'

const log = { error: vi.fn() }

function createTestApp(host = '127.0.0.1', origins: readonly string[] = ['https://app.example']) {
  const broken = new Hono().get('/', () => {
    throw new Error('the secret is 42')
  })
  const inner = new Hono().use(bearer('secret')).get('/', (c) => c.text('in'))
  return createApp({ origins, host, log, doors: { '/broken': broken, '/inner': inner } })
}

test.for([
  ['127.0.0.1:8282', 200],
  ['127.9.9.9', 200],
  ['localhost:8282', 200],
  ['LocalHost', 200],
  ['[::1]:8282', 200],
  ['0.0.0.0:8282', 200],
  ['10.0.0.0:8282', 403],
  ['evil.example', 403],
  ['127.0.0.1.evil.example:8282', 403],
  ['localhost.evil.example', 403],
  ['', 403],
] as const)('on loopback the host %j is answered %i', async ([host, status]) => {
  const headers = { host, authorization: 'Bearer secret' }
  expect((await createTestApp().request('/inner', { headers })).status).toBe(status)
})

test('elsewhere any host is answered', async () => {
  const headers = { host: 'pdp.example', authorization: 'Bearer secret' }
  expect((await createTestApp('0.0.0.0').request('/inner', { headers })).status).toBe(200)
})

test.for(['GET', 'OPTIONS'])('%s: a configured origin is answered by name', async (method) => {
  const headers = { host: 'localhost', origin: 'https://app.example' }
  const answer = await createTestApp().request('/inner', { method, headers })
  expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example')
  expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
  expect(answer.headers.get('vary')).toMatch(/origin/i)
})

test('a page may say what revision it wants, and read which one it wrote', async () => {
  const headers = { host: 'localhost', origin: 'https://app.example' }
  const asked = { method: 'OPTIONS', headers }
  const may = (await createTestApp().request('/inner', asked)).headers
  expect(may.get('access-control-allow-headers')).toMatch(/vedette-revision/i)
  const answer = await createTestApp().request('/inner', { headers })
  expect(answer.headers.get('access-control-expose-headers')).toMatch(/vedette-revision/i)
})

test('OPTIONS that no page asks is for the door', async () => {
  const asked = { method: 'OPTIONS', headers: { host: 'localhost' } }
  expect((await createTestApp().request('/inner', asked)).status).toBe(401)
})

test.for([
  ['https://evil.example', ['https://app.example']],
  ['null', ['https://app.example']],
  ['https://app.example.evil', ['https://app.example']],
  ['https://app.example', []],
  ['https://evil.example', ['*']],
] as const)('the origin %s is not let in by %j', async ([origin, origins]) => {
  for (const method of ['GET', 'OPTIONS']) {
    const headers = { host: 'localhost', origin }
    const answer = await createTestApp('127.0.0.1', origins).request('/inner', { method, headers })
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  }
})

test('an unknown path is 404 as in Go, for anyone', async () => {
  const answer = await createTestApp().request('/nowhere', { headers: { host: 'localhost' } })
  expect([answer.status, await answer.text()]).toEqual([404, '404 page not found\n'])
})

test('what breaks is told to the log, not to the one who asked', async () => {
  const answer = await createTestApp().request('/broken', { headers: { host: 'localhost' } })
  expect(answer.status).toBe(500)
  expect(await answer.text()).not.toContain('42')
  expect(log.error).toHaveBeenCalledWith(
    { error: 'the secret is 42', path: '/broken' },
    expect.any(String),
  )
})
