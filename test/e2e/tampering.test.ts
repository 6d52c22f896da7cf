import { randomUUID } from 'node:crypto'

import type { Push } from '@vedette/core/protocol/push'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { startBroker } from '../support/kafka/broker.ts'
import type { Broker } from '../support/kafka/broker.ts'
import { openPap } from '../support/pap.ts'
import type { TestPap } from '../support/pap.ts'
import { entriesIn, openProxy } from '../support/proxy.ts'
import type { Meddling, Proxy } from '../support/proxy.ts'
import { oneModule } from '../support/tosca.ts'
import { decides, openWorld, places, soon } from '../support/world.ts'
import type { World } from '../support/world.ts'

/** Behind a proxy each; the gateway itself knows better all the time. */
const replicas = ['worker', 'page'] as const
const kinds = ['edge', 'browser'] as const

let broker: Broker
let pap: TestPap
let proxies: readonly [Proxy, Proxy]
let world: World
let value = 0

beforeAll(async () => {
  const papTopic = `policy-pdp-pap-${randomUUID()}`
  broker = await startBroker()
  const [workerProxy, pageProxy] = await Promise.all([openProxy(), openProxy()])
  proxies = [workerProxy, pageProxy]
  pap = await openPap(broker.url, papTopic)
  const environment = { KAFKA_URL: broker.url, PAP_TOPIC: papTopic }
  world = await openWorld({ environment, workerProxy, pageProxy })
  await pap.heard(() => true)
  await pap.welcome([oneModule('guard', 'value := data.node.guard.value')])
  await put()
  await decides(world, { path: 'guard/value', result: value })
})
afterEach(() => behave())
afterAll(async () => {
  await world?.close()
  await pap?.close()
  await Promise.all([broker?.stop(), ...(proxies ?? []).map((proxy) => proxy.close())])
})

const put = () => world.putData('/node/guard/value', ++value)
const meddle = (...changes: Parameters<Proxy['meddle']>) =>
  proxies.forEach((proxy) => proxy.meddle(...changes))
const behave = () => proxies.forEach((proxy) => proxy.behave())
const isValue = (result: number, at: readonly (typeof places)[number][] = places) =>
  decides(world, { path: 'guard/value', result, at })

/** Each replica told the gateway why it did not believe what came since: for one of these reasons. */
async function refused(codes: readonly string[], since: number): Promise<void> {
  for (const kind of kinds) {
    const code = async (): Promise<string> => {
      const refusal = (await world.fleet()).find((member) => member.kind === kind)?.refusal
      return refusal && refusal.at >= since ? refusal.code : 'none'
    }
    await expect.poll(code, { ...soon, message: kind }).toBeOneOf([...codes])
  }
}

/** The same statement with another character in the middle of its header (0), payload (1) or signature (2). */
function spoilt(statement: string, part: number): string {
  const parts = statement.split('.')
  return parts.map((text, index) => (index === part ? withOther(text) : text)).join('.')
}

function withOther(text: string): string {
  const place = Math.floor(text.length / 2)
  return `${text.slice(0, place)}${text[place] === 'A' ? 'B' : 'A'}${text.slice(place + 1)}`
}

const spoiltEntries =
  (part: number): Meddling =>
  (push) => [{ ...push, entries: push.entries.map((entry) => spoilt(entry, part)) }]

const spoiltHead =
  (part: number): Meddling =>
  (push) => [{ ...push, head: push.head && spoilt(push.head, part) }]

const spoiltText: Meddling = (push) => [
  {
    ...push,
    blobs: push.blobs.map((blob) =>
      'text' in blob
        ? { ...blob, text: blob.text.replace(/\d(?=\D*$)/, (digit) => (digit === '7' ? '8' : '7')) }
        : blob,
    ),
  },
]

const signature = ['ERR_SIGNATURE', 'ERR_MALFORMED']

describe('one byte changed on the way', () => {
  test.for<[string, readonly string[], Meddling]>([
    ['the header of an entry', signature, spoiltEntries(0)],
    ['the payload of an entry', ['ERR_SIGNATURE'], spoiltEntries(1)],
    ['the signature of an entry', ['ERR_SIGNATURE'], spoiltEntries(2)],
    ['the payload of a head', ['ERR_SIGNATURE'], spoiltHead(1)],
    ['the signature of a head', ['ERR_SIGNATURE'], spoiltHead(2)],
    ['the content of an entry', ['ERR_DIGEST'], spoiltText],
  ])('%s: refused and reported, the last good head goes on', async ([, codes, change]) => {
    const since = Date.now()
    meddle(change)
    await put()
    await isValue(value, ['gateway'])
    await refused(codes, since)
    await isValue(value - 1, replicas)
    behave()
    await isValue(value)
  })

  test('a compiled policy: refused and reported, the last good one goes on', async () => {
    const since = Date.now()
    meddle(spoiltUnit, (bytes) =>
      Buffer.from(bytes.map((byte, index) => (index === 99 ? byte ^ 1 : byte))),
    )
    const { response } = await pap.update({
      policiesToBeDeployed: [oneModule('late', 'value := "late"')],
    })
    expect(response).toMatchObject({ responseStatus: 'SUCCESS' })
    await refused(['ERR_DIGEST', 'ERR_CONTENT'], since)
    await decides(world, { path: 'late/value', result: undefined, at: replicas })
    await isValue(value)
    behave()
    await decides(world, { path: 'late/value', result: 'late' })
  })
})

/** What no entry names is what a unit of the manifest names. */
const spoiltUnit: Meddling = (push) => {
  const named = new Set(entriesIn(push).map(({ content }) => content))
  const blobs = push.blobs.map((blob) => (named.has(blob.digest) ? blob : spoiltBlob(blob)))
  return [{ ...push, blobs }]
}

function spoiltBlob(blob: Push['blobs'][number]): Push['blobs'][number] {
  return 'text' in blob
    ? { ...blob, text: withOther(blob.text) }
    : { ...blob, base64url: withOther(blob.base64url) }
}

describe('not the whole truth', () => {
  test('an old head again is refused, and nobody goes back', async () => {
    const old = proxies.map(
      ({ pushes }) => pushes.findLast(({ head }) => head !== null)?.head ?? '',
    )
    await put()
    await isValue(value)
    const since = Date.now()
    proxies.forEach((proxy, index) =>
      proxy.meddle((push) => [{ ...push, head: push.head && (old[index] ?? '') }]),
    )
    await put()
    await refused(['ERR_REPLAY'], since)
    await isValue(value - 1, replicas)
    behave()
    await isValue(value)
  })

  test('an entry left out is missed, and what follows it is refused', async () => {
    const since = Date.now()
    let first: number | undefined
    meddle((push) => {
      const kept = push.entries.filter((_, index) => {
        const entry = entriesIn(push)[index]
        if (entry?.part !== 'data') return true
        first ??= entry.sequence
        return entry.sequence !== first
      })
      return [{ ...push, entries: kept }]
    })
    await put()
    await put()
    await refused(['ERR_GAP'], since)
    await isValue(value - 2, replicas)
    behave()
    await isValue(value)
  })

  test('a head alone changes nothing before its entries are there', async () => {
    meddle((push) => [{ ...push, entries: [], blobs: [] }])
    const passed = proxies.map(({ pushes }) => pushes.length)
    await put()
    for (const [index, proxy] of proxies.entries()) {
      const news = () =>
        proxy.pushes.slice(passed[index]).filter(({ entries }) => entries.length > 0)
      await expect.poll(news, soon).not.toHaveLength(0)
    }
    await isValue(value - 1, replicas)
    behave()
    await isValue(value)
  })
})

describe('the state of the PDP', () => {
  test('spoilt on the way, it comes when the way is honest', async () => {
    const since = Date.now()
    meddle(spoiltHead(1))
    expect(await pap.become('PASSIVE')).toMatchObject({ state: 'PASSIVE' })
    await refused(['ERR_SIGNATURE'], since)
    await isValue(value, replicas)
    behave()
    for (const place of replicas) {
      const code = async () => (await world.ask(place, 'guard/value')).code
      await expect.poll(code, soon).toBe('ERR_PASSIVE')
    }
    await pap.become('ACTIVE')
    await isValue(value)
  })
})

describe('what a network does', () => {
  test('everything twice is as good as once', async () => {
    meddle((push) => [push, push])
    for (let round = 0; round < 5; round++) {
      await put()
      await isValue(value)
    }
  })

  test('old messages behind new ones take nobody back', async () => {
    const late: Push[] = []
    meddle((push) => {
      late.push(push)
      return [push, ...late.slice(-4, -1)]
    })
    for (let round = 0; round < 5; round++) {
      await put()
      await isValue(value)
    }
  })

  test('entries in the wrong order are refused, and come again', async () => {
    const since = Date.now()
    let isHolding = true
    // Holds back what comes until there are two steps, then tells the last one first.
    meddle((push) => {
      if (entriesIn(push).length === 1 && isHolding)
        return [{ ...push, entries: [], blobs: [], head: null }]
      isHolding = entriesIn(push).length < 2 && isHolding
      return [{ ...push, entries: push.entries.toReversed() }]
    })
    await put()
    await put()
    await refused(['ERR_GAP'], since)
    behave()
    await isValue(value)
  })

  test('lines lost from the stream are made good', async () => {
    let count = 0
    proxies[1].meddle((push) => (++count % 3 === 0 ? [] : [push]))
    for (let round = 0; round < 6; round++) await put()
    await isValue(value)
  })
})
