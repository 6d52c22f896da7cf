import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'

import { formatRevision } from '../bundle/revision.ts'
import { neededBlobs } from '../evaluator/unit-engine.ts'
import { decodePush, encodePush } from '../protocol/messages.ts'
import type { Content } from './content.ts'
import type { Delivery, Keys } from './gateway.support.ts'
import { ModelGateway, makeKeys } from './gateway.support.ts'
import type { Replica } from './replica.ts'
import { openReplica } from './replica.ts'
import { isOlder } from './state.ts'
import { FaultyStorage } from './storage.support.ts'

/*
 * Random lives of a replica: a gateway that writes, a network that loses, doubles, reorders and spoils, a storage and
 * an engine that fail, restarts at any moment. After each step the invariants of SPEC.md; at the end, recovery.
 */

let keys: Keys

beforeAll(async () => {
  keys = await makeKeys()
})

type Step = readonly [name: keyof typeof steps, number: number, other: number]

class World {
  readonly gateway = new ModelGateway(keys.signer)
  readonly storage = new FaultyStorage()
  readonly network: string[] = []
  restore: (() => Promise<Delivery>) | undefined
  replica!: Replica
  /** What the engine was last told to run. */
  running: Content | undefined
  failingActivations = 0
  /** What was durably active: a restart may not lose it. */
  durable: Content | undefined

  send(delivery: Delivery, blobs = true): void {
    const push = this.gateway.push(delivery)
    this.network.push(encodePush(blobs ? push : { ...push, blobs: [] }))
  }

  async open(): Promise<void> {
    this.running = undefined
    this.replica = await openReplica({
      id: 'r',
      kind: 'gateway',
      scope: 'default',
      trust: keys.trust,
      storage: this.storage,
      now: () => this.gateway.now,
      activate: (content) => {
        if (this.failingActivations > 0) {
          this.failingActivations -= 1
          return Promise.reject(new Error('it does not run'))
        }
        this.running = content
        return Promise.resolve()
      },
    })
  }

  async receive(text: string): Promise<void> {
    const failing = this.storage.failures > 0
    try {
      const push = decodePush(text)
      await this.replica.receive(push)
    } catch (error) {
      await this.replica.refuse(error)
    }
    if (!failing) this.durable = this.replica.active() ?? this.durable
  }

  async answer(): Promise<void> {
    const holdings = this.replica.holdings()
    const delivery = await this.gateway.since(holdings)
    await this.receive(encodePush(this.gateway.push(delivery, holdings.missing)))
  }

  take(index: number): string | undefined {
    return this.network.splice(index % Math.max(1, this.network.length), 1)[0]
  }
}

const steps = {
  deploy: async (world: World, number: number) =>
    world.send(await world.gateway.deploy(`policy ${number}`), number % 4 > 0),
  change: async (world: World, number: number) => {
    const name = `policy ${number % 5}`
    world.send(await world.gateway.change(name, `${number % 7}`), number % 4 > 0)
  },
  withdraw: async (world: World, number: number) =>
    world.send(await world.gateway.withdraw(`policy ${number % 5}`)),
  // Each patch leaves its own trace, so that one left out shows.
  patch: async (world: World, number: number) => {
    const path = `/member ${number}`
    const value = world.gateway.sequence
    world.send(await world.gateway.patch([{ op: 'add', path, value }]), number % 4 > 0)
  },
  replace: async (world: World, number: number) =>
    world.send(await world.gateway.replace({ count: number })),
  state: async (world: World, number: number) =>
    world.send(await world.gateway.changeState(number % 2 ? 'PASSIVE' : 'ACTIVE')),
  renew: async (world: World, number: number) => {
    world.gateway.now += number * 1000
    world.send(await world.gateway.renew())
  },
  setBack: async (world: World, number: number) => {
    world.gateway.now -= number * 1000
    world.send(await world.gateway.changeState('ACTIVE'))
  },
  shorten: async (world: World, number: number) => {
    world.gateway.shorten(number % 3)
    await Promise.resolve()
  },
  standIn: async (world: World, number: number) => {
    const entries = await world.gateway.standIn(number % 2 ? 'policy' : 'data')
    world.send({ entries, head: world.gateway.head })
  },
  newDatabase: async (world: World) => world.send(await world.gateway.startAnew()),
  backUp: async (world: World) => {
    world.restore = world.gateway.backup()
    await Promise.resolve()
  },
  restore: async (world: World) => {
    if (world.restore) world.send(await world.restore())
  },
  deliver: async (world: World, number: number) => {
    const text = world.take(number)
    if (text !== undefined) await world.receive(text)
  },
  ahead: async (world: World, number: number, other: number) => {
    const known = [...world.gateway.blobs.values()]
    const content = number % 4 > 0 ? known[other % known.length] : undefined
    await world.replica.hold(content ?? new Uint8Array([number, other % 256]))
  },
  double: async (world: World, number: number) => {
    const text = world.network[number % Math.max(1, world.network.length)]
    if (text !== undefined) await world.receive(text)
  },
  lose: async (world: World, number: number) => {
    world.take(number)
    await Promise.resolve()
  },
  spoil: async (world: World, number: number, other: number) => {
    const text = world.take(number)
    if (text === undefined) return
    const at = other % text.length
    const bit = String.fromCharCode(text.charCodeAt(at) ^ (1 << (number % 7)))
    await world.receive(text.slice(0, at) + bit + text.slice(at + 1))
  },
  answer: (world: World) => world.answer(),
  restart: async (world: World) => {
    const failing = world.failingActivations > 0
    await world.open()
    // The engine may fail at the start; what storage kept is then tried again later.
    if (!failing) expect(world.replica.active()?.head).toEqual(world.durable?.head)
  },
  spoilStorage: async (world: World, number: number, other: number) => {
    const all = world.storage.keys('')
    world.failingActivations = 0
    world.storage.spoil(all[number % Math.max(1, all.length)] ?? '', other)
    await world.open()
    world.durable = world.replica.active()
  },
  failActivation: async (world: World, number: number) => {
    world.failingActivations += number % 3
    await Promise.resolve()
  },
  failStorage: async (world: World, number: number) => {
    world.storage.failures += number % 3
    await Promise.resolve()
  },
} satisfies Record<string, (world: World, number: number, other: number) => Promise<void>>

function checkTruth({ replica, running, gateway }: World): void {
  const active = replica.active()
  expect(active).toBe(running)
  if (!active) return
  const { manifest, document, head } = active
  const truth = gateway.history.get(formatRevision(head))
  expect({ manifest, document, state: head.state }).toEqual(truth)
  for (const digest of Object.values(manifest.units).flatMap(neededBlobs))
    expect(active.blob(digest)).toEqual(gateway.blobs.get(digest))
}

function checkProgress(before: Content | undefined, after: Content | undefined): void {
  if (!before) return
  expect(after).toBeDefined()
  if (after) expect(isOlder(after.head, before.head)).toBe(false)
}

async function checkRecovery(world: World): Promise<void> {
  world.failingActivations = 0
  world.storage.failures = 0
  world.gateway.now += 60_000
  await world.gateway.renew()
  for (let round = 0; round < 4; round++) await world.answer()
  const { gateway, replica } = world
  expect(replica.active()?.head).toEqual(gateway.head?.head)
  expect(replica.holdings()).toEqual({ positions: tips(gateway), missing: [] })
  await world.open()
  expect(world.replica.active()?.head).toEqual(gateway.head?.head)
}

function tips({ logs }: ModelGateway): Record<string, string> {
  const positions = [
    ['policy', logs.policy.at(-1)?.position],
    ['data', logs.data.at(-1)?.position],
  ] as const
  return Object.fromEntries(positions.flatMap(([part, at]) => (at ? [[part, at]] : [])))
}

/** The steps that begin a new life of the replica. */
const births = ['restart', 'spoilStorage']

const anyStep: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom(
    ...(Object.keys(steps) as (keyof typeof steps)[]),
    ...(['deliver', 'deliver', 'deliver', 'patch', 'patch', 'answer', 'change', 'change'] as const),
  ),
  fc.nat({ max: 50 }),
  fc.nat(),
)

test('whatever happens: only what is true, never back, and in the end the latest', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 5, maxLength: 60 }), async (life) => {
      const world = new World()
      await world.open()
      world.send(await world.gateway.deploy('first'))
      for (const [name, number, other] of life) {
        const before = world.replica.active()
        await steps[name](world, number, other)
        checkTruth(world)
        if (!births.includes(name)) checkProgress(before, world.replica.active())
      }
      await checkRecovery(world)
      checkTruth(world)
    }),
    { numRuns: 60 },
  )
}, 60_000)
