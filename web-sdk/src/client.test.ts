import type { Decision } from '@vedette/core/evaluator/decision'
import type { Json } from '@vedette/core/json/json'
import { createMemoryStorage } from '@vedette/core/replica/storage'
import type { ReplicaStorage } from '@vedette/core/replica/storage'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { createPolicyClient } from './client.ts'
import { FakeGateway } from './gateway.support.ts'
import type { PolicyClient, PolicyClientOptions } from './policy-client.ts'

const url = 'https://gateway.example/base'
let gateway: FakeGateway
let errors: unknown[]
const clients: PolicyClient[] = []

vi.setConfig({ testTimeout: 30_000 })
const until = (check: () => void): Promise<void> =>
  vi.waitFor(check, { timeout: 20_000, interval: 10 })

beforeEach(async () => {
  gateway = await FakeGateway.create()
  await gateway.publisher.putData('first')
  errors = []
})

afterEach(() => {
  for (const client of clients.splice(0)) client.close()
})

function createClient(options: Partial<PolicyClientOptions> = {}): PolicyClient {
  const client = createPolicyClient({
    url,
    token: 'secret',
    trust: gateway.publisher.trust,
    storage: createMemoryStorage(),
    fetch: gateway.fetch,
    onError: (error) => void errors.push(error),
    ...options,
  })
  clients.push(client)
  return client
}

async function readyClient(options: Partial<PolicyClientOptions> = {}): Promise<PolicyClient> {
  const client = createClient(options)
  await client.ready()
  return client
}

const valueOf = (client: PolicyClient): Json | undefined => client.decide('node').result
const showing = (client: PolicyClient, value: Json): Promise<void> =>
  until(() => expect(valueOf(client)).toEqual(value))
/** How many reports tell of a refusal with this code. */
const refusals = (code: string): number =>
  gateway.reports.filter(({ status }) => status.refusal?.code === code).length

describe('deciding', () => {
  test('waits for the first head, and follows what comes', async () => {
    const client = createClient()
    expect(() => client.decide('node')).toThrow(expect.objectContaining({ code: 'ERR_NOT_READY' }))
    await client.ready()
    expect(client.decide('node')).toEqual({
      result: 'first',
      revision: '1.1',
      entrypoint: 'node',
      reason: 'evaluated',
    })
    gateway.broadcast(await gateway.publisher.patchData('second'))
    await showing(client, 'second')
    expect(client.status()).toMatchObject({ revision: '1.2', online: true, kind: 'browser' })
    expect(client.system()).toMatchObject({ last_data_transaction: { id: 't2', success: true } })
  })

  test('asks nobody but the sync door of its scope', async () => {
    await gateway.publisher.putData('x'.repeat(40_000))
    await readyClient()
    await until(() => expect(gateway.reports.length).toBeGreaterThan(0))
    for (const asked of gateway.urls)
      expect(asked.startsWith(`${url}/sync/v1/default/`), asked).toBe(true)
    expect(gateway.urls.some((asked) => asked.includes('/blobs/'))).toBe(true)
  })

  test('a passive PDP does not decide, until it is active again', async () => {
    const client = await readyClient()
    gateway.broadcast(await gateway.publisher.renew({ state: 'PASSIVE' }))
    await until(() =>
      expect(() => client.decide('node')).toThrow(expect.objectContaining({ code: 'ERR_PASSIVE' })),
    )
    gateway.broadcast(await gateway.publisher.renew({ state: 'ACTIVE' }))
    await showing(client, 'first')
  })

  test.each([
    ['deny', 'ERR_STALE'],
    ['last-known', undefined],
  ] as const)('beyond its maxAge a scope that says %s', async (whenOlder, code) => {
    await gateway.publisher.renew({ whenOlder, maxAgeMs: 1000 })
    let clock = Date.now()
    const client = await readyClient({ now: () => clock })
    expect(client.decide('node').reason).toBe('evaluated')
    clock += 2000
    if (code) expect(() => client.decide('node')).toThrow(expect.objectContaining({ code }))
    else expect(client.decide('node')).toMatchObject({ result: 'first', reason: 'last-known' })
  })

  test('tells when its status may have changed, until nobody wants to know', async () => {
    const client = createClient()
    const seen: unknown[] = []
    const end = client.onStatus(() => {
      const { revision, online } = client.status()
      seen.push({ revision, online })
    })
    await until(() => expect(seen.at(-1)).toEqual({ revision: '1.1', online: true }))
    gateway.broadcast(await gateway.publisher.patchData('second'))
    await until(() => expect(seen.at(-1)).toEqual({ revision: '1.2', online: true }))
    end()
    const told = seen.length
    gateway.broadcast(await gateway.publisher.patchData('third'))
    await showing(client, 'third')
    expect(seen).toHaveLength(told)
  })

  test('may be asked to have seen a write', async () => {
    const client = await readyClient()
    const tooEarly = expect.objectContaining({ code: 'ERR_REVISION_NOT_REACHED' })
    expect(() => client.decide('node', undefined, { atLeast: '1.2' })).toThrow(tooEarly)
    await expect(client.reached('1.2')).rejects.toThrow(tooEarly)
    const reached = vi.waitFor(() => client.reached('1.2'))
    gateway.broadcast(await gateway.publisher.patchData('second'))
    await reached
    expect(client.decide('node', undefined, { atLeast: '1.2' }).result).toBe('second')
    await client.reached('1.1')
  })

  test('what is not JSON is no input', async () => {
    const client = await readyClient()
    expect(() => client.decide('node', Number.NaN)).toThrow(
      expect.objectContaining({ code: 'ERR_JSON' }),
    )
  })

  test('what is not JSON deep in an input is named, and a decision is shared with nobody', async () => {
    const client = await readyClient()
    const input = { user: { name: 'alice', since: () => 1 } }
    expect(() => client.decide('node', input as unknown as Json)).toThrow(
      'JSON cannot hold function at /user/since',
    )
    const { result } = client.decide('')
    gateway.broadcast(await gateway.publisher.patchData('second'))
    await showing(client, 'second')
    expect(result).toEqual({ node: 'first' })
  })

  test('a client that was closed decides nothing, and one not ready says so', async () => {
    const client = createClient({ fetch: () => new Promise(() => {}) })
    client.close()
    await expect(client.ready()).rejects.toMatchObject({ code: 'ERR_CLOSED' })
    expect(() => client.decide('node')).toThrow(expect.objectContaining({ code: 'ERR_CLOSED' }))
  })

  test('keys without an Ed25519 key are refused at once', () => {
    expect(() => createClient({ trust: { keys: [] } })).toThrow(
      expect.objectContaining({ code: 'ERR_SIGNATURE' }),
    )
  })
})

describe('onChange', () => {
  test('tells each change of the answer, and nothing else', async () => {
    const client = createClient()
    const told: (Decision | undefined)[] = []
    const stop = client.onChange('node', undefined, (decision) => void told.push(decision))
    await until(() => expect(told.map((decision) => decision?.result)).toEqual(['first']))
    gateway.broadcast(await gateway.publisher.renew())
    gateway.broadcast(await gateway.publisher.patchData('first'))
    gateway.broadcast(await gateway.publisher.patchData('second'))
    await until(() => expect(told).toHaveLength(2))
    gateway.broadcast(await gateway.publisher.renew({ state: 'PASSIVE' }))
    await until(() => expect(told).toHaveLength(3))
    expect(told.map((decision) => decision?.result)).toEqual(['first', 'second', undefined])
    stop()
    gateway.broadcast(await gateway.publisher.renew({ state: 'ACTIVE' }))
    await showing(client, 'second')
    expect(told).toHaveLength(3)
  })

  test('tells that a member of the data changed where it lies', async () => {
    const client = await readyClient()
    const told: (Json | undefined)[] = []
    client.onChange('', undefined, (decision) => void told.push(decision?.result))
    gateway.broadcast(await gateway.publisher.patchData('second'))
    await until(() => expect(told).toEqual([{ node: 'second' }]))
  })

  test('tells that an answer has become too old', async () => {
    const client = await readyClient()
    const told = vi.fn<(decision: Decision | undefined) => void>()
    client.onChange('node', undefined, told)
    gateway.broadcast(await gateway.publisher.renew({ maxAgeMs: 50 }))
    await until(() => expect(told).toHaveBeenCalledExactlyOnceWith(undefined))
  })

  test('a listener that throws is told of, and stops nobody', async () => {
    const client = await readyClient()
    const told = vi.fn<(decision: Decision | undefined) => void>()
    client.onChange('node', undefined, () => {
      throw new Error('mine')
    })
    client.onChange('node', undefined, told)
    gateway.broadcast(await gateway.publisher.patchData('second'))
    await until(() => expect(told).toHaveBeenCalledOnce())
    expect(errors).toEqual([new Error('mine')])
  })
})

test('onStatus tells that the stream came and went', async () => {
  const client = createClient()
  const told: boolean[] = []
  const stop = client.onStatus(() => void told.push(client.status().online))
  await until(() => expect(told.at(-1)).toBe(true))
  gateway.isUp = false
  gateway.cut()
  await until(() => expect(told.at(-1)).toBe(false))
  stop()
  const count = told.length
  gateway.isUp = true
  await until(() => expect(client.status().online).toBe(true))
  expect(told).toHaveLength(count)
})

describe('coming back', () => {
  test('resumes from what it holds', async () => {
    const client = await readyClient()
    gateway.cut()
    const push = await gateway.publisher.patchData('second')
    await showing(client, 'second')
    expect(gateway.asked.map((query) => query.has('data'))).toEqual([false, true])
    expect(push.entries).toHaveLength(1)
    expect(client.status().transactions.map(({ id }) => id)).toEqual(['t1', 't2'])
  })

  test('decides from storage while nobody answers, and resumes when somebody does', async () => {
    const storage = createMemoryStorage()
    ;(await readyClient({ storage })).close()
    gateway.isUp = false
    const client = await readyClient({ storage })
    expect(valueOf(client)).toBe('first')
    expect(client.status().online).toBe(false)
    await until(() =>
      expect(errors).toContainEqual(expect.objectContaining({ code: 'ERR_UNREACHABLE' })),
    )
    await gateway.publisher.patchData('second')
    gateway.isUp = true
    await showing(client, 'second')
    expect(gateway.asked.at(-1)?.has('data')).toBe(true)
  })

  test('sends the report that could not be sent', async () => {
    const client = await readyClient()
    await until(() => expect(gateway.reports).toHaveLength(1))
    gateway.tokens = []
    gateway.broadcast(await gateway.publisher.patchData('second'))
    await showing(client, 'second')
    await until(() =>
      expect(errors).toContainEqual(expect.objectContaining({ code: 'ERR_REFUSED' })),
    )
    expect(gateway.reports).toHaveLength(1)
    gateway.tokens = undefined
    gateway.broadcast(await gateway.publisher.renew())
    await until(() => expect(gateway.reports).toHaveLength(2))
    // What the first report told was taken.
    expect(gateway.reports[1]?.status.transactions.map(({ id }) => id)).toEqual(['t2'])
    expect(gateway.reports[1]?.status.statistics.data.successful).toBe(2)
  })

  test('reports what happened when it returns', async () => {
    const storage = createMemoryStorage()
    const away = await readyClient({ storage })
    await until(() => expect(gateway.reports).toHaveLength(1))
    gateway.tokens = []
    gateway.broadcast(await gateway.publisher.patchData('second'))
    await showing(away, 'second')
    away.close()
    gateway.tokens = undefined
    await readyClient({ storage })
    await until(() => expect(gateway.reports).toHaveLength(2))
    const { transactions, statistics, last } = gateway.reports[1]?.status ?? expect.unreachable()
    expect(transactions.map(({ id, success }) => [id, success])).toEqual([
      ['t1', true],
      ['t2', true],
    ])
    expect(last.data?.id).toBe('t2')
    expect(statistics.data.successful).toBe(2)
  })

  test('a token is asked for again when it is no longer good', async () => {
    gateway.tokens = ['one']
    const tokens = ['one', 'two']
    const token = vi.fn(async () => tokens.shift() ?? 'none')
    const client = await readyClient({ token })
    await until(() => expect(gateway.reports).toHaveLength(1))
    gateway.tokens = ['two']
    gateway.cut()
    await gateway.publisher.patchData('second')
    await showing(client, 'second')
    expect(token).toHaveBeenCalledTimes(2)
    expect(errors).toEqual([])
  })

  test('a chain of patches that grew too long is given up for a snapshot', async () => {
    const client = await readyClient()
    for (let n = 0; n <= 256; n++) gateway.broadcast(await gateway.publisher.patchData(n))
    await showing(client, 256)
    await until(() => expect(gateway.followers + gateway.asked.length).toBe(3))
    gateway.broadcast(await gateway.publisher.patchData('after'))
    await showing(client, 'after')
    expect(gateway.asked.map((query) => query.has('data'))).toEqual([false, false])
    expect(client.status().refusal).toBeNull()
  })
})

describe('what was changed on the way is refused, reported, and asked for again', () => {
  /** Changes the tenth character before what matches: one whose bits all count. */
  const spoilBefore =
    (end: RegExp) =>
    (line: string): string => {
      const at = line.search(end) - 10
      return line.slice(0, at) + (line[at] === 'A' ? 'B' : 'A') + line.slice(at + 1)
    }
  const once = (
    change: (line: string) => string | undefined,
  ): ((line: string) => string | undefined) => {
    let isDone = false
    return (line) => {
      if (isDone) return line
      isDone = true
      return change(line)
    }
  }

  test.each<[string, (line: string) => string, string]>([
    ['an entry', spoilBefore(/"\],"blobs"/), 'ERR_SIGNATURE'],
    ['an entry left out', (line) => line.replace(/"entries":\["[^"]*"\]/, '"entries":[]'), ''],
    ['a blob', (line) => line.replace(/"base64url":"../, '"base64url":"AA'), 'ERR_DIGEST'],
    ['a head', spoilBefore(/"\}\]$/), 'ERR_SIGNATURE'],
    ['a line that is no JSON', (line) => line.slice(1), 'ERR_MALFORMED'],
    ['another scope', (line) => line.replace('"scope":"default"', '"scope":"other"'), 'ERR_SCOPE'],
  ])('%s', async (_, change, code) => {
    const client = await readyClient()
    gateway.onLine = once((line) => {
      expect(change(line)).not.toBe(line)
      return change(line)
    })
    gateway.broadcast(await gateway.publisher.patchData('second'))
    await showing(client, 'second')
    if (code) {
      await until(() => expect(refusals(code)).toBeGreaterThan(0))
      expect(errors).toContainEqual(expect.objectContaining({ code }))
    }
    expect(gateway.asked).toHaveLength(2)
  })

  test('a line lost, when the next one comes', async () => {
    const client = await readyClient()
    gateway.onLine = once(() => undefined)
    gateway.broadcast(await gateway.publisher.patchData('lost'))
    gateway.broadcast(await gateway.publisher.patchData('second'))
    await showing(client, 'second')
    expect(refusals('ERR_GAP')).toBeGreaterThan(0)
  })

  test('content fetched by its address', async () => {
    const client = await readyClient()
    const large = 'x'.repeat(40_000)
    let spoiltBlobs = 0
    gateway.onBlob = (bytes) => (spoiltBlobs++ === 0 ? bytes.with(9, 0) : bytes)
    gateway.broadcast(await gateway.publisher.patchData(large))
    await until(() => expect(refusals('ERR_DIGEST')).toBeGreaterThan(0))
    await showing(client, large)
  })

  test('an old head, also by the one that comes after it', async () => {
    const storage = createMemoryStorage()
    const old = await gateway.publisher.renew()
    const client = await readyClient({ storage })
    gateway.broadcast(await gateway.publisher.patchData('second'))
    await showing(client, 'second')
    gateway.broadcast(old)
    await until(() => expect(refusals('ERR_REPLAY')).toBe(1))
    expect(valueOf(client)).toBe('second')
    client.close()

    const heir = await readyClient({ storage })
    await until(() => expect(heir.status().online).toBe(true))
    gateway.broadcast(old)
    await until(() => expect(refusals('ERR_REPLAY')).toBeGreaterThan(1))
    expect(valueOf(heir)).toBe('second')
    await until(() => expect(heir.status().online).toBe(true))
  })

  test('storage, which is filled anew', async () => {
    const storage = createMemoryStorage()
    ;(await readyClient({ storage })).close()
    const records = await storage.load()
    const spoil = [...records].flatMap(([key, value]) =>
      typeof value === 'string' ? [] : [[key, Uint8Array.from(value).with(0, 0)] as const],
    )
    await storage.write({ put: new Map(spoil), remove: [] })

    gateway.isUp = false
    const client = createClient({ storage })
    await until(() => expect(client.status().refusal?.code).toBe('ERR_DIGEST'))
    expect(() => client.decide('node')).toThrow(expect.objectContaining({ code: 'ERR_NOT_READY' }))
    gateway.isUp = true
    await client.ready()
    client.close()

    gateway.isUp = false
    expect(valueOf(await readyClient({ storage }))).toBe('first')
  })
})

test('storage that fails is told of, and the stream goes on', async () => {
  const full: ReplicaStorage = {
    load: async () => new Map(),
    write: () => Promise.reject(new Error('the quota is used up')),
  }
  const client = await readyClient({ storage: full })
  gateway.broadcast(await gateway.publisher.patchData('second'))
  await showing(client, 'second')
  expect(client.status().refusal?.code).toBe('ERR_STORAGE')
  await until(() => expect(errors).toContainEqual(expect.objectContaining({ code: 'ERR_STORAGE' })))
  await until(() => expect(refusals('ERR_STORAGE')).toBeGreaterThan(0))
  expect(gateway.asked).toHaveLength(1)
})

test('without IndexedDB it says that nothing outlives the page, and decides', async () => {
  const { fetch, publisher } = gateway
  const onError = (error: unknown): void => void errors.push(error)
  const client = createPolicyClient({
    url,
    token: 'secret',
    trust: publisher.trust,
    fetch,
    onError,
  })
  clients.push(client)
  await client.ready()
  expect(valueOf(client)).toBe('first')
  expect(errors).toEqual([expect.objectContaining({ code: 'ERR_STORAGE' })])
})
