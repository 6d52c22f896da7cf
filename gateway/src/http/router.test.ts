import { Hono } from 'hono'
import { expect, test } from 'vitest'

import { createRouter } from './router.ts'

const app = new Hono({ router: createRouter() })
  .use('/a/*', async (c, next) => {
    c.header('passed', 'by')
    await next()
  })
  .get('/a/fixed', (c) => c.text('fixed'))
  .post('/a/fixed', (c) => c.text('posted'))
  .get('/a/:name', (c) => c.text(c.req.param('name')))

const ask = async (method: string, path: string): Promise<string> => {
  const answer = await app.request(path, { method })
  return `${answer.status} ${answer.headers.get('passed')} ${await answer.text()}`
}

test('a path is answered the second time as the first: by its method, middleware and parameters', async () => {
  for (let time = 0; time < 2; time += 1) {
    expect(await ask('GET', '/a/fixed')).toBe('200 by fixed')
    expect(await ask('POST', '/a/fixed')).toBe('200 by posted')
    expect(await ask('PUT', '/a/fixed')).toBe('404 by 404 Not Found')
    for (const name of ['one', 'other'])
      expect(await ask('GET', `/a/${name}`)).toBe(`200 by ${name}`)
    expect(await ask('GET', '/fixed')).toBe('404 null 404 Not Found')
  }
})

test('a route that comes late is found', async () => {
  const late = new Hono({ router: createRouter() }).get('/one', (c) => c.text('one'))
  expect((await late.request('/one')).status).toBe(200)
  late.post('/one', (c) => c.text('late'))
  expect(await (await late.request('/one', { method: 'POST' })).text()).toBe('late')
})
