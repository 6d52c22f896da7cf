import { randomInt, randomUUID } from 'node:crypto'

import type { JsonObject } from '@vedette/core/json/json'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { openInbox } from '../support/inbox.ts'
import type { Inbox } from '../support/inbox.ts'
import { startBroker } from '../support/kafka/broker.ts'
import type { Broker } from '../support/kafka/broker.ts'
import { openPap } from '../support/pap.ts'
import type { TestPap } from '../support/pap.ts'
import { entriesIn, openProxy } from '../support/proxy.ts'
import type { Proxy } from '../support/proxy.ts'
import { oneModule } from '../support/tosca.ts'
import { decides, openWorld, soon } from '../support/world.ts'
import type { World } from '../support/world.ts'

const policies: object[] = [oneModule('kept', 'value := data.node.kept')]

let broker: Broker
let inbox: Inbox
let pap: TestPap
let proxies: readonly [Proxy, Proxy]
let world: World

beforeAll(async () => {
  const papTopic = `policy-pdp-pap-${randomUUID()}`
  ;[broker, inbox] = await Promise.all([startBroker(), openInbox()])
  proxies = await Promise.all([openProxy(), openProxy()])
  const [workerProxy, pageProxy] = proxies
  pap = await openPap(broker.url, papTopic)
  const environment = { KAFKA_URL: broker.url, PAP_TOPIC: papTopic }
  world = await openWorld({ environment, workerProxy, pageProxy })
  await pap.heard(() => true)
  await pap.welcome(policies)
  await world.putData('/node/kept', { start: true })
  await decides(world, { path: 'kept/value/start', result: true })
})
afterAll(async () => {
  await world?.close()
  await pap?.close()
  await Promise.all([
    broker?.stop(),
    inbox?.close(),
    ...(proxies ?? []).map((proxy) => proxy.close()),
  ])
})

/** What went to each replica since `from`: kinds of entries. */
function carried(from: readonly number[]): readonly (readonly string[])[] {
  return proxies.map(({ pushes }, index) => [
    ...new Set(
      pushes
        .slice(from[index])
        .flatMap(entriesIn)
        .map(({ kind }) => kind),
    ),
  ])
}
/** Worker and page got what they lacked, and nobody began anew with a snapshot. */
const resumed = [['patch'], ['patch']]
const soFar = (): readonly number[] => proxies.map(({ pushes }) => pushes.length)

let next = 0
/** Writes one after the other until the gateway dies under it; gives what was acknowledged. */
async function writeUntilDeath(onAcknowledged: () => void): Promise<readonly number[]> {
  const acknowledged: number[] = []
  for (;;) {
    const value = next++
    try {
      await world.putData(`/node/kept/k${value}`, value, {
        id: `update-${value}`,
        callback: { callbacks: [inbox.url] },
      })
    } catch {
      return acknowledged
    }
    acknowledged.push(value)
    onAcknowledged()
  }
}

describe('a gateway killed right after it acknowledged', () => {
  test('data updates: none is missing, all are called back, and nobody starts over', async () => {
    const from = soFar()
    const acknowledged: number[] = []
    for (let round = 0; round < 10; round++) {
      let left = randomInt(1, 25)
      const gateway = world.stage.gateway()
      const onAcknowledged = (): void => {
        if (--left === 0) gateway.process.kill('SIGKILL')
      }
      const writers = [1, 2, 3].map(() => writeUntilDeath(onAcknowledged))
      acknowledged.push(...(await Promise.all(writers)).flat())
      await gateway.ended.catch(() => undefined)
      await world.stage.startGateway()

      const { result } = await world.ask('gateway', 'kept/value')
      expect(missing(acknowledged, result as JsonObject)).toEqual([])
      // Whoever misses several rounds is rightly given a snapshot, which is smaller: each catches up first.
      await decides(world, { path: 'kept/value', result })
    }
    expect(acknowledged.length).toBeGreaterThan(10)
    expect(carried(from)).toEqual(resumed)
    const calledBack = (): Set<unknown> =>
      new Set(inbox.letters.map(({ body }) => (body as { update_id: string }).update_id))
    await vi.waitFor(() => {
      const called = calledBack()
      expect(acknowledged.filter((value) => !called.has(`update-${value}`))).toEqual([])
    }, soon)
  })

  test('policies: each is in force again before any PAP spoke', async () => {
    const { name } = await registered(0)
    for (let round = 0; round < 4; round++) {
      await pap.welcome(policies)
      const policy = oneModule(`late${round}`, `value := ${round}`)
      policies.push(policy)
      const { response } = await pap.update({ policiesToBeDeployed: [policy] })
      await world.stage.gateway().kill()
      expect(response).toMatchObject({ responseStatus: 'SUCCESS' })

      const from = pap.statuses.length
      await world.stage.startGateway()
      expect(await world.ask('gateway', `late${round}/value`)).toMatchObject({ result: round })
      expect(await world.ask('gateway', 'kept/value/start')).toMatchObject({ result: true })
      expect(await registered(from)).toMatchObject({ name, state: 'PASSIVE', policies: [] })
      await decides(world, { path: `late${round}/value`, result: round })
    }
    const [updated] = await pap.welcome(policies)
    expect(updated?.policies).toHaveLength(policies.length)
  })
})

function missing(values: readonly number[], document: JsonObject): readonly number[] {
  return values.filter((value) => document[`k${value}`] !== value)
}

function registered(from: number): ReturnType<TestPap['heard']> {
  return pap.heard(({ description }) => description.includes('Registration'), from)
}

describe('without the gateway', () => {
  test('the page is loaded again and decides, the Worker starts again and decides', async () => {
    const from = soFar()
    await world.putData('/node/kept/last', 'word')
    await decides(world, { path: 'kept/value/last', result: 'word' })
    await world.stage.gateway().stop()

    await world.page.reload()
    await decides(world, { path: 'kept/value/last', result: 'word', at: ['page'] })
    await world.stage.worker().stop()
    await world.stage.startWorker()
    await decides(world, { path: 'kept/value/last', result: 'word', at: ['worker'] })

    const before = pap.statuses.length
    await world.stage.startGateway()
    await registered(before)
    await pap.welcome(policies)
    await world.putData('/node/kept/last', 'but one')
    await decides(world, { path: 'kept/value/last', result: 'but one' })
    expect(carried(from)).toEqual(resumed)
  })
})

describe('without the broker', () => {
  test('data updates go on; when it is back, so do the words of the PAP', async () => {
    await broker.pause()
    await world.putData('/node/kept/broker', 'away')
    await decides(world, { path: 'kept/value/broker', result: 'away' })
    await broker.start()
    const policy = oneModule('after', 'value := "the broker came back"')
    policies.push(policy)
    const { response } = await pap.update({ policiesToBeDeployed: [policy] })
    expect(response).toMatchObject({ responseStatus: 'SUCCESS' })
    await decides(world, { path: 'after/value', result: 'the broker came back' })
  })

  test('a gateway starts and decides, and registers when the broker comes', async () => {
    await world.stage.gateway().stop()
    await broker.pause()
    await world.stage.startGateway()
    await decides(world, { path: 'after/value', result: 'the broker came back' })
    const from = pap.statuses.length
    await broker.start()
    await registered(from)
    const [updated, activated] = await pap.welcome(policies)
    expect(updated?.response).toMatchObject({ responseStatus: 'SUCCESS' })
    expect(activated).toMatchObject({ state: 'ACTIVE' })
  })
})
