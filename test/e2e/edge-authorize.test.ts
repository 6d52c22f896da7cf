import { afterAll, beforeAll, expect, test } from 'vitest'

import type { Publisher } from '../support/edge/publisher.ts'
import { createKey, createPublisher } from '../support/edge/publisher.ts'
import { fixtureUnit } from '../support/edge/units.ts'
import type { EdgeWorker } from '../support/edge/worker.ts'
import { startEdge, token } from '../support/edge/worker.ts'

/** A Worker as a user writes it: edge/src/fixtures/own-worker.ts. */
let edge: EdgeWorker
let publisher: Publisher

beforeAll(async () => {
  const { signer, trust } = await createKey()
  const vars = { VEDETTE_TOKEN: token, VEDETTE_TRUST: trust, VEDETTE_FRESHNESS_MS: '0' }
  edge = await startEdge({ vars, main: 'edge/src/fixtures/own-worker.ts' })
  publisher = createPublisher({ signer, epoch: 1 })
})
afterAll(() => edge.close())

const request = (path: string) => fetch(new URL(path, edge.url))

async function problemOf(path: string): Promise<unknown> {
  const answer = await request(path)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  const body = (await answer.json()) as { status: number }
  expect(body.status).toBe(answer.status)
  return body
}

test('before the first head nobody passes', async () => {
  expect(await problemOf('/own/alice')).toMatchObject({
    status: 503,
    code: 'ERR_NOT_READY',
    entrypoint: 'shapes/allow',
  })
})

test('the boolean true passes, and nothing else', async () => {
  await edge.push(await publisher.deploy([await fixtureUnit('shapes', 'shapes')]))
  for (const path of ['/own/alice', '/later']) {
    expect(await (await request(path)).text()).toBe('passed')
  }
  const denied = { status: 403, code: 'ERR_DENIED', revision: '1.1' }
  expect(await problemOf('/own/mallory')).toMatchObject({ ...denied, entrypoint: 'shapes/allow' })
  expect(await problemOf('/not-a-boolean')).toMatchObject({ ...denied, entrypoint: 'shapes/kind' })
  expect(await problemOf('/undefined')).toMatchObject({ ...denied, code: 'ERR_UNDEFINED' })
})

test.for([
  ['/conflict', 'ERR_EVALUATION'],
  ['/not-json', 'ERR_JSON'],
  ['/throws', 'ERR_INPUT'],
  ['/rejects', 'ERR_INPUT'],
] as const)('%s is closed: %s', async ([path, code]) => {
  const body = await problemOf(path)
  expect(body).toMatchObject({ status: 500, code })
  expect(JSON.stringify(body)).not.toContain('login')
})

test('an error of the route behind is the route’s own', async () => {
  const answer = await request('/broken-route')
  expect([answer.status, await answer.text()]).toEqual([500, 'route: the login is broken'])
})

test('decide() tells what was decided, on what, and why', async () => {
  const made = { revision: '1.1', entrypoint: 'shapes/kind' }
  expect((await edge.get('/decide')).body).toEqual({
    ...made,
    result: 'number',
    reason: 'evaluated',
  })
  expect((await edge.get('/decide-without')).body).toEqual({ ...made, reason: 'undefined' })
})

test('a PDP that is not ACTIVE lets nobody pass', async () => {
  await edge.push(await publisher.renew({ state: 'PASSIVE' }))
  expect(await problemOf('/own/alice')).toMatchObject({ status: 503, code: 'ERR_PASSIVE' })
  await edge.push(await publisher.renew())
  expect((await request('/own/alice')).status).toBe(200)
})

test('the probes and the questions of the ready-made Worker are there for its own', async () => {
  expect(await edge.get('/ready')).toEqual({ status: 200, body: { status: 'ok' } })
  expect(await edge.ask('shapes/allow', { user: 'alice' })).toMatchObject({
    status: 200,
    body: { result: true },
  })
})
