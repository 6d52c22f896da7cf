import { formatRevision } from '@vedette/core/bundle/revision'
import type { JsonObject } from '@vedette/core/json/json'
import { expect, onTestFinished, test, vi } from 'vitest'

import { createKeys, openIn, tosca, update } from '../catalog/catalog.support.ts'
import { directoryForTest } from '../catalog/for-test.support.ts'
import { openSqliteStore } from '../catalog/sqlite/store.ts'
import { openFleet } from '../health/fleet.ts'
import { createRequired } from '../health/required.ts'
import { browserReport } from '../health/status-report.support.ts'
import { createTargets } from '../health/targets.ts'
import { receiver } from './callbacks.support.ts'
import { openCallbacks } from './callbacks.ts'
import type { CallbacksConfig } from './callbacks.ts'

const keys = await createKeys()
const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : 1)
const log = { info: vi.fn(), warn: vi.fn() }

/** A gateway's life: catalogue, fleet and callbacks over one store, with replicas that say what they are told to. */
async function live(
  directory: string,
  names: readonly string[],
  config: Partial<CallbacksConfig> & { readonly url?: string } = {},
) {
  const store = await openSqliteStore(`${directory}/vedette.db`)
  const { catalog } = await openIn(directory, { ...keys, store })
  const fleet = await openFleet({ store, log })
  const latest = () => catalog.head()?.head
  const required = createRequired({ fleet, latest, names: () => names })
  const callbacks = await openCallbacks({
    config: {
      enabled: true,
      defaults: config.url && JSON.stringify({ callbacks: [config.url] }),
      config: undefined,
      per: 'update',
      discloses: [],
      secret: undefined,
      ...config,
    },
    store,
    catalog,
    fleet,
    required,
    targets: createTargets(['127.0.0.0/8']),
    gateway: 'gateway',
    log,
  })
  let isClosed = false
  const end = async (): Promise<void> => {
    if (isClosed) return
    isClosed = true
    await callbacks.close()
    await catalog.close()
  }
  onTestFinished(end)
  return {
    catalog,
    callbacks,
    end,
    /** Each replica says that it holds the latest revision. */
    async apply(...replicas: readonly string[]) {
      const head = latest() ?? expect.unreachable()
      for (const replica of replicas)
        await fleet.heard(browserReport(replica, { kind: 'edge', revision: formatRevision(head) }))
    },
    hear: fleet.heard,
    put(id: string, value: number, oneTime: readonly string[] = []) {
      const targets = callbacks.oneTime({ callbacks: [...oneTime] })
      const entry = { url: '', topics: ['policy_data'], dstPath: '/a', saveMethod: 'PUT' }
      const note = (): string => callbacks.note([{ ...entry, data: value }], targets)
      return catalog.putData({ id, writes: [{ path: ['a'], value }], note })
    },
  }
}

function failedReport(replica: string, revision: string): ReturnType<typeof browserReport> {
  const failed = {
    number: 1,
    id: 'u1',
    kind: 'data' as const,
    revision,
    actions: [],
    success: false,
    error: 'ERR_X: full',
    begin: 1,
    end: 1,
  }
  return browserReport(replica, { kind: 'edge', revision: '1.0', transactions: [failed] })
}

const read = (calls: readonly { readonly body: string }[]): readonly JsonObject[] =>
  calls.map(({ body }) => JSON.parse(body) as JsonObject)

const reach = (calls: readonly unknown[], count: number): Promise<void> =>
  vi.waitFor(() => expect(calls).toHaveLength(count), 20_000)

test("one report when all have answered: OPAL's, exactly as it writes it, and how the fleet stands", async () => {
  const { url, calls } = await receiver()
  const life = await live(await directoryForTest(), ['gateway', 'hub'], { url })
  const revision = formatRevision(await life.put('u1', 1))
  await life.hear(browserReport('page', { revision: '1.0' }))
  await life.apply('gateway')
  expect(calls).toEqual([])
  await life.apply('hub')
  await reach(calls, 1)
  expect(calls[0]?.body).toBe(
    `{"update_id": "u1", "reports": [{"entry": {"url": "", "config": null, "topics": ["policy_data"], "dst_path": "/a", "save_method": "PUT", "data": null}, "fetched": true, "saved": true, "hash": "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"}], "policy_hash": null, "user_data": {}, "sequence": 1, "fleet": {"revision": "${revision}", "applied": 2, "failed": 0, "pending": 0, "replicas": [], "browsers": {"applied": 0, "pending": 1}}}`,
  )
})

test('after a second the report says who is pending; each change later is another of the same update', async () => {
  const { url, calls } = await receiver()
  const life = await live(await directoryForTest(), ['gateway', 'hub'], { url })
  const revision = formatRevision(await life.put('u1', 1))
  await life.apply('gateway')
  await reach(calls, 1)
  await life.hear(failedReport('hub', revision))
  await reach(calls, 2)
  await life.hear(failedReport('hub', revision))
  await life.apply('hub')
  await reach(calls, 3)
  expect(read(calls)).toMatchObject([
    { update_id: 'u1', sequence: 1, fleet: { applied: 1, failed: 0, pending: 1, replicas: [] } },
    {
      update_id: 'u1',
      sequence: 2,
      fleet: { applied: 1, failed: 1, replicas: [{ replica: 'hub', error: 'ERR_X: full' }] },
    },
    { update_id: 'u1', sequence: 3, fleet: { applied: 2, failed: 0, pending: 0, replicas: [] } },
  ])
})

test('GET /updates shows at any time what a report would say', async () => {
  const life = await live(await directoryForTest(), ['gateway'])
  expect(await life.callbacks.accounts.report('u1')).toBeUndefined()
  await life.put('u1', 1)
  const before = { update_id: 'u1', sequence: 0, fleet: { applied: 0, pending: 1 } }
  expect(await life.callbacks.accounts.report('u1')).toMatchObject(before)
  await life.apply('gateway')
  const after = { update_id: 'u1', sequence: 1, fleet: { applied: 1, pending: 0 } }
  await vi.waitFor(async () =>
    expect(await life.callbacks.accounts.report('u1')).toMatchObject(after),
  )
})

test('an id that is used again goes on counting, and its latest update is shown', async () => {
  const { url, calls } = await receiver()
  const directory = await directoryForTest()
  const first = await live(directory, ['gateway'], { url })
  await first.put('again', 1)
  await first.apply('gateway')
  await reach(calls, 1)
  await first.end()
  const life = await live(directory, ['gateway'], { url })
  await life.put('again', 2)
  await life.apply('gateway')
  await reach(calls, 2)
  expect(read(calls)).toMatchObject([{ sequence: 1 }, { sequence: 2 }])
  expect(log.info).toHaveBeenCalledWith(
    { transaction: 'again', kind: 'data', step: 'reported', sequence: 2 },
    'transaction reported',
  )
  const hash = 'd4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35'
  expect(await life.callbacks.accounts.report('again')).toMatchObject({ reports: [{ hash }] })
})

test('what fails is reported at once, with why: in the catalogue, and before it', async () => {
  const { url, calls } = await receiver()
  const life = await live(await directoryForTest(), ['gateway', 'hub'], { url })
  const note = life.callbacks.note(
    [
      { url: 'http://u:p@a/?x', topics: ['a/b'], dstPath: '', saveMethod: 'PUT', isInline: false },
      { url: '', topics: [], dstPath: '/x', saveMethod: 'PUT', data: 1 },
    ],
    [],
  )
  await life.callbacks.accounts.failed({ id: 'u1', kind: 'data', note, error: 'answered 404' })
  const reserved = { id: 'u2', writes: [{ path: ['system', 'x'], value: 1 }], note: () => note }
  await expect(life.catalog.putData(reserved)).rejects.toMatchObject({ code: 'ERR_RESERVED_PATH' })
  await reach(calls, 2)
  expect(read(calls)[0]).toMatchObject({
    update_id: 'u1',
    reports: [
      { entry: { url: 'http://a/?x', topics: ['a', 'a/b'] }, fetched: false, hash: null },
      { fetched: true, saved: false, hash: expect.any(String) },
    ],
    sequence: 1,
    fleet: {
      revision: null,
      applied: 0,
      failed: 1,
      pending: 0,
      replicas: [{ replica: 'gateway', error: 'answered 404' }],
    },
  })
  expect(read(calls)[1]).toMatchObject({ update_id: 'u2', fleet: { failed: 1 } })
  expect(await life.callbacks.accounts.report('u2')).toEqual(read(calls)[1])
})

test('policies are reported by the digest of those in force, and so is what did not compile', async () => {
  const { url, calls } = await receiver()
  const life = await live(await directoryForTest(), ['gateway'], { url })
  await life.catalog.apply(update({ deploy: [tosca('good')] }))
  await life.apply('gateway')
  await reach(calls, 1)
  // Said again, they are no update.
  await life.catalog.apply(update({ deploy: [tosca('good')], full: true }))
  await life.catalog.apply(update({ deploy: [tosca('bad', { rego: { bad: 'broken' } })] }))
  await reach(calls, 2)
  const policy_hash = expect.stringMatching(/^[0-9a-f]{40}$/)
  expect(read(calls)).toMatchObject([
    { update_id: null, reports: [], policy_hash, fleet: { applied: 1, failed: 0 } },
    { update_id: null, reports: [], policy_hash, fleet: { applied: 0, failed: 1 } },
  ])
  expect(calls[1]?.body).toContain('unexpected token')
  const { policy_hash: id } = read(calls)[0] ?? {}
  expect(await life.callbacks.accounts.report(id as string)).toMatchObject({ policy_hash: id })
})

test("a change of the PDP's state is no update", async () => {
  const { url, calls } = await receiver()
  const life = await live(await directoryForTest(), [], { url })
  await life.catalog.setState('ACTIVE')
  await life.put('u1', 1)
  await reach(calls, 1)
})

test('who is told: the configured, the registered, and the update’s own', async () => {
  const { url, calls } = await receiver()
  const life = await live(await directoryForTest(), [], { url: `${url}/configured` })
  const { register } = life.callbacks
  const { key } = await register.add({ url: `${url}/registered` })
  await life.put('u1', 1, [`${url}/own`])
  await reach(calls, 3)
  expect(calls.map((call) => call.url ?? '').toSorted(byCodeUnits)).toEqual([
    '/configured',
    '/own',
    '/registered',
  ])
  await register.remove(key)
  await life.put('u2', 1)
  await reach(calls, 4)
  expect(calls[3]?.url).toBe('/configured')
})

test('switched off, only those who asked themselves are told', async () => {
  const { url, calls } = await receiver()
  const life = await live(await directoryForTest(), [], {
    url: `${url}/configured`,
    enabled: false,
  })
  await life.callbacks.register.add({ url: `${url}/registered` })
  await life.put('u1', 1, [`${url}/own`])
  await reach(calls, 2)
  await life.put('u2', 1)
  await reach(calls, 3)
  const urls = calls.map((call) => call.url ?? '').toSorted(byCodeUnits)
  expect(urls).toEqual(['/own', '/registered', '/registered'])
})

test('one report for each replica, as OPAL’s clients send them', async () => {
  const { url, calls } = await receiver()
  const life = await live(await directoryForTest(), ['gateway', 'hub'], { url, per: 'replica' })
  const revision = formatRevision(await life.put('u1', 1))
  await life.apply('gateway')
  await reach(calls, 1)
  await life.hear(failedReport('hub', revision))
  await reach(calls, 2)
  await life.apply('hub', 'gateway')
  await reach(calls, 3)
  expect(read(calls)).toMatchObject([
    { update_id: 'u1', replica: 'gateway', sequence: 1, reports: [{ saved: true }] },
    { update_id: 'u1', replica: 'hub', sequence: 2, reports: [{ saved: false }] },
    { update_id: 'u1', replica: 'hub', sequence: 3, reports: [{ saved: true }] },
  ])
})

test('what an entry holds is shown when it is asked for', async () => {
  const { url, calls } = await receiver()
  const life = await live(await directoryForTest(), [], { url, discloses: ['config', 'data'] })
  const entry = { url: '', topics: [], dstPath: '/a', saveMethod: 'PUT' }
  const config = { headers: { authorization: 'Bearer T' } }
  const note = (): string =>
    life.callbacks.note(
      [
        { ...entry, data: { n: 445611193265040129n } },
        { ...entry, config, data: 1, isInline: false },
      ],
      [],
    )
  await life.catalog.putData({ id: 'u1', writes: [{ path: ['a'], value: 1 }], note })
  await reach(calls, 1)
  expect(calls[0]?.body).toContain(
    '"config": null, "topics": [], "dst_path": "/a", "save_method": "PUT", "data": {"n": 445611193265040129}}',
  )
  expect(read(calls)[0]).toMatchObject({ reports: [{}, { entry: { config, data: null } }] })
})

test('a life that ends between save and callback leaves it to the next', async () => {
  const { url, calls } = await receiver()
  const directory = await directoryForTest()
  const first = await live(directory, ['gateway', 'hub'], { url })
  await first.put('u1', 1)
  await first.end()
  expect(calls).toEqual([])
  const second = await live(directory, ['gateway', 'hub'], { url })
  await second.apply('gateway')
  await reach(calls, 1)
  await second.end()
  const third = await live(directory, ['gateway', 'hub'], { url })
  await third.apply('gateway', 'hub')
  // The first call comes again if the life ended before it was noted that it had been heard.
  const keyOf = ({ headers }: (typeof calls)[number]): unknown => headers['idempotency-key']
  const told = (): typeof calls => [...new Map(calls.map((call) => [keyOf(call), call])).values()]
  await vi.waitFor(() => expect(told()).toHaveLength(2), 20_000)
  expect(read(told())).toMatchObject([
    { update_id: 'u1', sequence: 1, fleet: { pending: 1 } },
    { update_id: 'u1', sequence: 2, fleet: { pending: 0 } },
  ])
})

/** Ten thousand: `UPDATES=10000`. OPAL reports 157 of 200. */
const burst = Number(process.env['UPDATES'] ?? 500)

test(`a burst of ${burst} updates is as many reports, none lost, none invented`, async () => {
  const { url, calls } = await receiver(
    (response, call) => void response.writeHead(call % 100 === 0 ? 500 : 200).end(),
  )
  const life = await live(await directoryForTest(), ['gateway'], { url })
  life.catalog.onPublished(() => life.apply('gateway'))
  const ids = Array.from({ length: burst }, (_, n) => `u${n}`)
  await Promise.all(ids.map((id, n) => life.put(id, n)))
  // What was refused is sent again: with the key it had.
  const keys = (): ReadonlySet<unknown> =>
    new Set(calls.map(({ headers }) => headers['idempotency-key']))
  const accepted = (): readonly (typeof calls)[number][] =>
    calls.filter((_, index) => (index + 1) % 100 !== 0)
  await vi.waitFor(() => expect(accepted()).toHaveLength(burst), {
    timeout: 300_000,
    interval: 100,
  })
  expect(keys().size).toBe(burst)
  const reports = read(accepted())
  expect(new Set(reports.map(({ update_id }) => update_id))).toEqual(new Set(ids))
  expect(reports.every(({ sequence }) => sequence === 1)).toBe(true)
}, 600_000)
