import { serve } from '@hono/node-server'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'

import { openOnap } from '../http/onap/onap.support.ts'
import { vedette } from './cli.support.ts'
import type { Ended } from './cli.support.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

/** A gateway that is healthy unless there is some trouble. */
async function listening(trouble?: string): Promise<string> {
  const ask = openOnap({ trouble: () => trouble })
  return listen((request) =>
    ask(new URL(request.url).pathname, {
      headers: { authorization: request.headers.get('authorization') ?? '' },
    }),
  )
}

function listen(answer: (request: Request) => Response | Promise<Response>): Promise<string> {
  return new Promise((resolve) => {
    const server = serve({ fetch: answer, hostname: '127.0.0.1', port: 0 }, ({ port }) =>
      resolve(`http://127.0.0.1:${port}`),
    )
    onTestFinished(() => void server.close())
  })
}

/** On a machine that is busy with other tests. */
function healthcheck(...args: readonly string[]): Promise<Ended> {
  return vedette(['healthcheck', '--timeout', '60', ...args])
}

const healthy = { code: 0, out: '', err: '' }
const failed = (reason: string): object => ({
  code: 1,
  out: '',
  err: `healthcheck failed: ${reason}\n`,
})

test('a healthy gateway is exit code 0, found by its url or by the port of the environment', async () => {
  vi.stubEnv('API_PASSWORD', 'pass')
  const url = await listening()
  expect(await healthcheck('--url', url)).toEqual(healthy)
  vi.stubEnv('VEDETTE_PORT', new URL(url).port)
  expect(await healthcheck()).toEqual(healthy)
})

test('it is asked where it listens, with the account that it reads from older names as well', async () => {
  vi.stubEnv('USER_NAME', 'policyadmin')
  vi.stubEnv('PASSWORD', 'pass')
  vi.stubEnv('VEDETTE_PORT', new URL(await listening()).port)
  for (const host of ['0.0.0.0', 'localhost']) {
    vi.stubEnv('VEDETTE_HOST', host)
    expect(await healthcheck()).toEqual(healthy)
  }
  vi.stubEnv('VEDETTE_HOST', '127.0.0.2')
  expect((await healthcheck()).code).toBe(1)
})

test('otherwise it is 1, and the reason is told', async () => {
  vi.stubEnv('API_PASSWORD', 'pass')
  const ill = await listening('the Kafka broker does not answer')
  expect(await healthcheck('--url', ill)).toEqual(failed('the Kafka broker does not answer'))
  const other = await listen(() => new Response('hello'))
  expect(await healthcheck('--url', other)).toEqual(failed('the gateway answered 200'))
  vi.stubEnv('API_PASSWORD', 'wrong')
  expect(await healthcheck('--url', await listening())).toEqual(failed('the gateway answered 401'))
})

test('nobody there, and no address', async () => {
  const { code, err } = await healthcheck('--url', 'http://127.0.0.1:1')
  expect([code, err]).toEqual([1, expect.stringMatching(/^healthcheck failed: \S.*\n$/)])
  expect((await healthcheck('--url', 'nowhere')).code).toBe(1)
})
