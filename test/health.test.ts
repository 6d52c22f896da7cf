import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Json, JsonObject } from '@vedette/core/json/json'
import { describe, expect, onTestFinished, test, vi } from 'vitest'

import { fails, nobody, openSource, says } from '../gateway/src/sources/source-server.support.ts'
import type { OpalGateway } from './support/opal-gateway.ts'
import { startOpalGateway } from './support/opal-gateway.ts'

/** A folder with one policy, which is in force from the beginning. */
async function preload(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vedette-health-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  await mkdir(join(directory, 'careful'))
  const rego = 'package careful\n\nallow if data.system.opal.healthy\n'
  await writeFile(join(directory, 'careful', 'careful.rego'), rego)
  return directory
}

const withPolicy = async (environment: Record<string, string> = {}): Promise<OpalGateway> =>
  startOpalGateway({ VEDETTE_PRELOAD_DIR: await preload(), ...environment })

const put = (id: string, data: Json): JsonObject => ({
  id,
  entries: [{ url: '', dst_path: '/users', data }],
})
const fetched = (id: string, url: string): JsonObject => ({
  id,
  entries: [{ url, dst_path: '/users' }],
})

const probes = async ({ call }: OpalGateway): Promise<readonly number[]> => [
  (await call('GET', '/ready')).status,
  (await call('GET', '/healthy')).status,
]
const missing = async ({ call }: OpalGateway): Promise<Json | undefined> =>
  (await call('GET', '/healthy?verbose')).body['missing']
const system = async ({ call }: OpalGateway, member = ''): Promise<Json | undefined> =>
  (await call('GET', `/v1/data/system/opal${member}`)).body['result']
const allowed = async ({ call }: OpalGateway): Promise<Json | undefined> =>
  (await call('POST', '/v1/data/careful/allow', { body: {} })).body['result']

describe('healthy', () => {
  test('turns false with an update that failed, and true with the next good one', async () => {
    const gateway = await withPolicy()
    expect(await probes(gateway)).toEqual([200, 200])
    expect(await allowed(gateway)).toBe(true)
    await gateway.update(put('u1', { alice: 1 }))
    const refused = await gateway.update(fetched('u2', await nobody()))
    expect(refused.status).toBeGreaterThanOrEqual(400)
    expect(await probes(gateway)).toEqual([200, 503])
    expect(await allowed(gateway)).toBeUndefined()
    const [lack] = (await missing(gateway)) as readonly JsonObject[]
    expect(lack).toMatchObject({ what: 'data transaction', name: 'u2' })
    expect(lack?.['reason']).toMatch(/ECONNREFUSED|refused/)
    expect(await system(gateway)).toMatchObject({
      ready: true,
      healthy: false,
      last_data_transaction: { id: 'u2', success: false, actions: [] },
      last_failed_data_transaction: { id: 'u2' },
      last_policy_transaction: { success: true, actions: expect.arrayContaining(['set_policies']) },
      transaction_data_statistics: { successful: 1, failed: 1 },
    })
    await gateway.update(put('u3', { alice: 2 }))
    expect(await probes(gateway)).toEqual([200, 200])
    expect(await allowed(gateway)).toBe(true)
    expect(await system(gateway)).toMatchObject({
      last_data_transaction: { id: 'u3', success: true, actions: ['set_policy_data'] },
      last_failed_data_transaction: { id: 'u2' },
      transaction_data_statistics: { successful: 2, failed: 1 },
    })
  })

  test('is remembered over a restart, with every count', async () => {
    const gateway = await withPolicy()
    await gateway.update(put('u1', { alice: 1 }))
    await gateway.update(fetched('u2', await nobody()))
    const before = await system(gateway)
    await gateway.restart()
    expect(await system(gateway)).toEqual(before)
    expect(await probes(gateway)).toEqual([200, 503])
    await gateway.update(put('u3', { alice: 2 }))
    expect(await probes(gateway)).toEqual([200, 200])
    expect(await system(gateway, '/transaction_data_statistics')).toEqual({
      successful: 2,
      failed: 1,
    })
  })
})

describe('ready', () => {
  const sources = (...urls: readonly string[]): Record<string, string> => ({
    OPAL_DATA_CONFIG_SOURCES: JSON.stringify({
      config: { entries: urls.map((url, index) => ({ url, dst_path: `/source${index}` })) },
    }),
  })

  test('waits for every initial source, whatever else comes', async () => {
    const [good, late] = [await openSource(says('{"a":1}')), await openSource(fails(500))]
    const gateway = await withPolicy(sources(good.url, late.url))
    await vi.waitFor(async () => expect(await gateway.data('/source0')).toEqual({ a: 1 }), 10_000)
    await gateway.update(put('u1', { alice: 1 }))
    expect(await probes(gateway)).toEqual([503, 503])
    expect(await allowed(gateway)).toBeUndefined()
    const failing = { what: 'source', reason: expect.stringContaining('500') }
    await vi.waitFor(
      async () => expect(await missing(gateway)).toContainEqual(expect.objectContaining(failing)),
      20_000,
    )
    late.answer(says('[1]'))
    await vi.waitFor(async () => expect(await probes(gateway)).toEqual([200, 200]), 20_000)
    expect(await gateway.data('/source1')).toEqual([1])
    // Nothing else happened since: policies and the fleet must have been told by then.
    expect(await allowed(gateway)).toBe(true)
    const { body } = await gateway.call('GET', '/fleet')
    expect(body['replicas']).toMatchObject([{ ready: true, healthy: true }])
  }, 60_000)

  test('waits for a first policy, unless there is nothing to bring one', async () => {
    const gateway = await startOpalGateway()
    await gateway.update(put('u1', { alice: 1 }))
    expect(await probes(gateway)).toEqual([503, 503])
    expect(await missing(gateway)).toMatchObject([{ what: 'policy' }])
    expect(await system(gateway, '/ready')).toBe(false)
    const without = await startOpalGateway({ OPAL_POLICY_UPDATER_ENABLED: 'false' })
    expect(await probes(without)).toEqual([200, 200])
  })
})

describe('switches', () => {
  test('the data updater off: no update, no source, and none is missed', async () => {
    const source = await openSource(says('1'))
    const gateway = await withPolicy({
      OPAL_DATA_UPDATER_ENABLED: 'false',
      OPAL_DATA_CONFIG_SOURCES: JSON.stringify({
        config: { entries: [{ url: source.url, dst_path: '/a' }] },
      }),
    })
    expect(await probes(gateway)).toEqual([200, 200])
    expect((await gateway.update(put('u1', 1))).status).toBe(503)
    expect((await gateway.call('POST', '/data-updater/trigger')).status).toBe(503)
    expect(await probes(gateway)).toEqual([200, 200])
    expect(source.requests).toEqual([])
  })

  test("OPAL's document is hidden from policies, and served", async () => {
    const gateway = await withPolicy({ OPAL_OPA_HEALTH_CHECK_POLICY_ENABLED: 'false' })
    expect(await allowed(gateway)).toBeUndefined()
    expect(await system(gateway, '/healthy')).toBe(true)
  })
})
