import type { Lack } from '@vedette/core/replica/readiness'
import { expect, test } from 'vitest'

import { healthDoor } from './health.ts'

const token = 'secret'
const headers = { authorization: `Bearer ${token}` }
const since = Date.UTC(2026, 10, 22, 7, 30)
const policy: Lack = { what: 'policy', since, reason: 'no policy was ever in force' }
const update: Lack = { what: 'data transaction', name: 'u1', since, reason: 'answered 500' }

const doorWith = (ready: readonly Lack[], healthy: readonly Lack[]) =>
  healthDoor({ token, ready: () => ready, healthy: () => healthy })

test.for([
  [[policy], [policy, update], 503, 503],
  [[], [update], 200, 503],
  [[], [], 200, 200],
] as const)('lacking %j and %j', async ([ready, healthy, readyStatus, healthyStatus]) => {
  const door = doorWith(ready, healthy)
  const [isReady, isHealthy] = [await door.request('/ready'), await door.request('/healthy')]
  expect([isReady.status, isHealthy.status]).toEqual([readyStatus, healthyStatus])
  expect(await isReady.json()).toEqual({ status: readyStatus === 200 ? 'ok' : 'unavailable' })
  expect(await isHealthy.json()).toEqual(
    healthyStatus === 200 ? { status: 'ok', online: true } : { status: 'unavailable' },
  )
  expect((await door.request('/healthcheck')).status).toBe(healthyStatus)
  expect((await door.request('/health')).status).toBe(200)
})

test.each(['?verbose', '?verbose=true'])(
  '%s names what is missing, and since when',
  async (query) => {
    const door = doorWith([], [update])
    expect((await door.request(`/healthy${query}`)).status).toBe(401)
    expect((await door.request(`/ready${query}`)).status).toBe(401)
    const ready = await door.request(`/ready${query}`, { headers })
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ok', missing: [] }])
    const healthy = await door.request(`/healthy${query}`, { headers })
    expect([healthy.status, await healthy.json()]).toEqual([
      503,
      {
        status: 'unavailable',
        missing: [
          {
            what: 'data transaction',
            name: 'u1',
            since: '2026-11-22T07:30:00.000Z',
            reason: 'answered 500',
          },
        ],
      },
    ])
  },
)
