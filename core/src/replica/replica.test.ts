import { beforeAll, describe, expect, test } from 'vitest'

import { signEntry } from '../bundle/entry.ts'
import type { PatchOperation } from '../bundle/patch.ts'
import type { Held } from '../protocol/held.ts'
import { decodeHeld, encodeHeld } from '../protocol/messages.ts'
import type { Push } from '../protocol/push.ts'
import type { Content } from './content.ts'
import type { Delivery, Keys } from './gateway.support.ts'
import { ModelGateway, makeKeys } from './gateway.support.ts'
import type { Replica, ReplicaOptions } from './replica.ts'
import { openReplica } from './replica.ts'
import { FaultyStorage } from './storage.support.ts'

let keys: Keys
let strangers: Keys

beforeAll(async () => {
  keys = await makeKeys('one')
  strangers = await makeKeys('one')
})

class Scene {
  readonly gateway = new ModelGateway(keys.signer)
  readonly storage = new FaultyStorage()
  readonly activated: Content[] = []
  /** The documents as they were then. */
  readonly documents: unknown[] = []
  failing = 0

  open(options: Partial<ReplicaOptions> = {}): Promise<Replica> {
    return openReplica({
      id: 'r',
      kind: 'gateway',
      scope: 'default',
      trust: keys.trust,
      storage: this.storage,
      activate: (content) => this.#activate(content),
      now: () => this.gateway.now,
      ...options,
    })
  }

  /** Asks what is lacking, and brings it: an entry may show that content is lacking, and a manifest more of it. */
  async sync(replica: Replica): Promise<Held> {
    for (let round = 0; round < 2; round++) await this.#bring(replica)
    return this.#bring(replica)
  }

  send(replica: Replica, delivery: Delivery, change: Partial<Push> = {}): Promise<Held> {
    return replica.receive({ ...this.gateway.push(delivery), ...change })
  }

  contentOf({ entries }: Delivery): readonly Uint8Array[] {
    return entries.flatMap(({ entry }) => this.gateway.blobs.get(entry.content) ?? [])
  }

  async #bring(replica: Replica): Promise<Held> {
    const holdings = replica.holdings()
    const delivery = await this.gateway.since(holdings)
    return replica.receive(this.gateway.push(delivery, holdings.missing))
  }

  #activate(content: Content): Promise<void> {
    if (this.failing > 0) {
      this.failing -= 1
      return Promise.reject(new Error('it does not run'))
    }
    this.activated.push(content)
    this.documents.push(JSON.parse(JSON.stringify(content.document)))
    return Promise.resolve()
  }
}

/** The next write is held back: `writing` resolves when it begins, `release` lets it go on. */
function holdWrites(storage: FaultyStorage): { writing: Promise<void>; release: () => void } {
  const begun = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const write = storage.write.bind(storage)
  storage.write = async (change) => {
    begun.resolve()
    await released.promise
    return write(change)
  }
  return { writing: begun.promise, release: released.resolve }
}

async function started(options: Partial<ReplicaOptions> = {}): Promise<[Scene, Replica]> {
  const scene = new Scene()
  const replica = await scene.open(options)
  await scene.send(replica, await scene.gateway.deploy('first'))
  await scene.send(replica, await scene.gateway.replace({ count: 0 }))
  return [scene, replica]
}

describe('what is activated', () => {
  test('a policy, its data and patches, each under its revision', async () => {
    const [scene, replica] = await started()
    await scene.send(replica, await scene.gateway.count(1))
    expect(scene.documents).toEqual([{}, { count: 0 }, { count: 1 }])
    expect(replica.status()).toMatchObject({ revision: '1.3', ready: true, healthy: true })
    expect(new TextDecoder().decode(scene.activated[2]?.blob(wasmOf(replica)))).toBe('wasm first')
  })

  test('what did not change is the very same value', async () => {
    const [scene, replica] = await started()
    await scene.send(replica, await scene.gateway.renew())
    await scene.send(replica, await scene.gateway.count(1))
    const [, before, renewed, patched] = scene.activated
    expect(renewed?.document).toBe(before?.document)
    expect(renewed?.manifest).toBe(before?.manifest)
    expect(patched?.manifest).toBe(before?.manifest)
  })

  test('nothing before everything the head names is there: blobs may come late', async () => {
    const scene = new Scene()
    const replica = await scene.open()
    const held = await scene.send(replica, await scene.gateway.deploy('first'), { blobs: [] })
    expect(replica.active()).toBeUndefined()
    expect(replica.pending()?.sequence).toBe(1)
    expect(held.holdings.missing).toHaveLength(1)
    await scene.sync(replica)
    expect(replica.status().revision).toBe('1.1')
  })

  test('blobs may come in an earlier push than their entry', async () => {
    const scene = new Scene()
    const replica = await scene.open()
    const push = scene.gateway.push(await scene.gateway.deploy('first'))
    await replica.receive({ ...push, entries: [], head: null })
    await replica.receive({ ...push, blobs: [] })
    expect(replica.status().revision).toBe('1.1')
  })

  test('blobs are fetched where there is a way to, and fetched again when it failed', async () => {
    let offline = true
    const [scene, replica] = await started({
      fetchBlob: (digest) => {
        const bytes = scene.gateway.blobs.get(digest)
        return offline || !bytes ? Promise.reject(new Error('offline')) : Promise.resolve(bytes)
      },
    })
    const held = await scene.send(replica, await scene.gateway.deploy('second'), { blobs: [] })
    expect(held.status).toMatchObject({ revision: '1.2', refusal: { code: 'ERR_CONTENT' } })
    offline = false
    await scene.send(replica, await scene.gateway.renew())
    expect(replica.status().revision).toBe('1.3')
  })

  test('a fetched blob that is not what its address says is refused', async () => {
    const [scene, replica] = await started({ fetchBlob: () => Promise.resolve(new Uint8Array(3)) })
    const held = await scene.send(replica, await scene.gateway.count(1), { blobs: [] })
    expect(held.status).toMatchObject({ revision: '1.2', refusal: { code: 'ERR_DIGEST' } })
  })

  test('steps beyond the head are held, and activated by the head that names them', async () => {
    const [scene, replica] = await started()
    const [one, two] = [await scene.gateway.count(1), await scene.gateway.count(2)]
    await scene.send(replica, { entries: [...one.entries, ...two.entries], head: one.head })
    expect(replica.active()?.document).toEqual({ count: 1 })
    await scene.send(replica, { entries: [], head: two.head })
    expect(replica.active()?.document).toEqual({ count: 2 })
  })

  test('keys named like members of a prototype are keys', async () => {
    const [scene, replica] = await started()
    const operations: PatchOperation[] = [
      { op: 'add', path: '/__proto__', value: { a: 1 } },
      { op: 'add', path: '/constructor', value: 2 },
    ]
    await scene.send(replica, await scene.gateway.patch(operations))
    expect(JSON.stringify(replica.active()?.document)).toBe(
      '{"count":0,"__proto__":{"a":1},"constructor":2}',
    )
  })

  test('pushes received together are taken in one after the other', async () => {
    const [scene, replica] = await started()
    const deliveries = [await scene.gateway.count(1), await scene.gateway.count(2)]
    const answers = await Promise.all(deliveries.map((each) => scene.send(replica, each)))
    expect(answers.map(({ status }) => status.revision)).toEqual(['1.3', '1.4'])
  })

  test('an answer waits for the storage', async () => {
    const [scene, replica] = await started()
    const { writing, release } = holdWrites(scene.storage)
    const told: string[] = []
    const answer = scene
      .send(replica, await scene.gateway.count(1))
      .then(({ status }) => told.push(`answered ${status.revision}`))
    await writing
    expect(replica.status().revision).toBe('1.3')
    told.push('stored')
    release()
    await answer
    expect(told).toEqual(['stored', 'answered 1.3'])
  })

  test('an answer comes first, and the next push waits for the storage', async () => {
    const [scene, replica] = await started({ answersFirst: true })
    const { writing, release } = holdWrites(scene.storage)
    const { status } = await scene.send(replica, await scene.gateway.count(1))
    expect(status.revision).toBe('1.3')
    const next = scene.send(replica, await scene.gateway.count(2))
    await writing
    expect(replica.status().revision).toBe('1.3')
    release()
    expect((await next).status.revision).toBe('1.4')
    await replica.refuse(new Error('any'))
    expect(scene.storage.kept.get('head')).toBe(scene.gateway.head?.statement)
  })

  test('an answer that comes first tells the next time what the storage refused', async () => {
    const [scene, replica] = await started({ answersFirst: true })
    scene.storage.failures = 1
    const held = await scene.send(replica, await scene.gateway.count(1))
    expect(held.status).toMatchObject({ revision: '1.3', refusal: null })
    const next = await scene.send(replica, await scene.gateway.count(2))
    expect(next.status).toMatchObject({ revision: '1.4', refusal: { code: 'ERR_STORAGE' } })
  })

  test('a listener hears of each push', async () => {
    const [scene, replica] = await started()
    let calls = 0
    replica.onChange(() => {
      calls += 1
    })
    await scene.send(replica, await scene.gateway.count(1))
    expect(calls).toBe(1)
  })
})

describe('patches of the policies', () => {
  test('bring what they change, and leave every other unit the very same', async () => {
    const [scene, replica] = await started()
    const before = replica.active()?.manifest
    await scene.send(replica, await scene.gateway.change('second', '2.0.0'))
    await scene.send(replica, await scene.gateway.change('second', '2.0.1'))
    const { manifest } = replica.active() as Content
    expect(manifest).toEqual(scene.gateway.truth.manifest)
    expect(manifest.policies).toEqual({ first: '1.0.0', second: '2.0.1' })
    expect(manifest.units['first']).toBe(before?.units['first'])
    await scene.send(replica, await scene.gateway.withdraw('first'))
    expect(Object.keys(replica.active()?.manifest.units ?? {})).toEqual(['second'])
    expect((await scene.open()).active()?.manifest).toEqual(scene.gateway.truth.manifest)
  })

  test('what a unit was before is neither kept nor asked for', async () => {
    const [scene, replica] = await started()
    const first = wasmOf(replica)
    await scene.send(replica, await scene.gateway.change('first', 'again'))
    expect(scene.storage.keys(`blob/${first}`)).toEqual([])
    scene.gateway.blobs.delete(first)
    const { logs, head } = scene.gateway
    const newcomer = await scene.open({ storage: new FaultyStorage() })
    const held = await scene.send(newcomer, { entries: [...logs.policy, ...logs.data], head })
    expect(held.holdings.missing).toEqual([])
    expect(newcomer.active()?.manifest.policies).toEqual({ first: 'again' })
  })

  test('a unit that a patch names and that is not there holds up its head', async () => {
    const [scene, replica] = await started()
    const delivery = await scene.gateway.change('second', '2.0.0')
    const [patch] = delivery.entries
    const all = scene.gateway.push(delivery)
    const blobs = all.blobs.filter(({ digest }) => digest === patch?.entry.content)
    const held = await replica.receive({ ...all, blobs })
    expect(held.status.revision).toBe('1.2')
    expect(held.holdings.missing).toEqual([unitDigest(scene, 'second')])
    await scene.sync(replica)
    expect(replica.status().revision).toBe('1.3')
  })

  test('only what the runtime needs is asked for', async () => {
    const [scene, replica] = await started({ neededBlobs: () => [] })
    const held = await scene.send(replica, await scene.gateway.change('x', '1'), { blobs: [] })
    expect(held.holdings.missing).toHaveLength(1)
    const [content = ''] = held.holdings.missing
    await replica.receive(scene.gateway.push({ entries: [], head: undefined }, [content]))
    expect(replica.active()?.manifest.policies).toEqual({ first: '1.0.0', x: '1' })
    expect(() => replica.active()?.blob(unitDigest(scene, 'x'))).toThrow(
      expect.objectContaining({ code: 'ERR_STORAGE' }),
    )
  })

  test('one that changes a part of a unit, or does not fit, fails and says so', async () => {
    for (const patch of [
      [{ op: 'replace', path: '/units/first/reads', value: [] }],
      [{ op: 'remove', path: '/units/unknown' }],
      [{ op: 'add', path: '/units/other', value: {} }],
    ]) {
      const [scene, replica] = await started()
      const before = replica.active()
      const entry = await scene.gateway.sign(
        { part: 'policy', kind: 'patch' },
        JSON.stringify(patch),
      )
      const held = await scene.send(replica, await scene.gateway.publish([entry]))
      expect(held.status.refusal?.code).toMatch(/^ERR_(MALFORMED|PATCH|ACTIVATION)$/)
      expect(replica.active()).toBe(before)
      await scene.send(replica, await scene.gateway.deploy('better'))
      expect(replica.active()?.manifest.policies).toEqual({ better: '1.0.0' })
    }
  })
})

describe('what is refused', () => {
  const cases: Record<string, (scene: Scene) => Promise<[code: string, push: Push]>> = {
    'a push for another scope': async ({ gateway }) => {
      return ['ERR_SCOPE', { ...gateway.push(await gateway.count(1)), scope: 'other' }]
    },
    'an entry for another scope': async () => {
      const other = new ModelGateway(keys.signer, 'other')
      return ['ERR_SCOPE', { ...other.push(await other.deploy('x')), scope: 'default' }]
    },
    'a head for another scope': async () => {
      const other = new ModelGateway(keys.signer, 'other')
      const { head } = await other.changeState('PASSIVE')
      return ['ERR_SCOPE', { ...other.push({ entries: [], head }), scope: 'default' }]
    },
    'an entry signed by a stranger': async ({ gateway }) => {
      const { entries, head } = await gateway.count(1)
      const forged = await Promise.all(
        entries.map(({ entry }) => signEntry(entry, strangers.signer)),
      )
      return ['ERR_SIGNATURE', gateway.push({ entries: forged, head })]
    },
    'a head in place of an entry': async ({ gateway }) => {
      const push = gateway.push(await gateway.count(1))
      return ['ERR_SIGNATURE', { ...push, entries: [push.head ?? ''] }]
    },
    'a gap': async ({ gateway }) => {
      await gateway.count(1)
      return ['ERR_GAP', gateway.push(await gateway.count(2))]
    },
    'a patch that stands for something else': async ({ gateway }) => {
      const { entry: made } = await gateway.sign({ part: 'policy', kind: 'patch' }, '[]')
      const entry = await signEntry({ ...made, standsFor: made.content }, gateway.signer)
      return ['ERR_MALFORMED', gateway.push({ entries: [entry], head: undefined })]
    },
    'an older head': async ({ gateway }) => {
      const head = await gateway.signHead({ sequence: 1 })
      return ['ERR_REPLAY', gateway.push({ entries: [], head })]
    },
    'a head issued earlier': async ({ gateway }) => {
      const head = await gateway.signHead({ issued: 1 })
      return ['ERR_REPLAY', gateway.push({ entries: [], head })]
    },
    'content under another address': async ({ gateway }) => {
      const push = gateway.push(await gateway.count(1))
      const blobs = push.blobs.map(({ digest }) => ({ digest, text: '[]' }))
      return ['ERR_DIGEST', { ...push, blobs }]
    },
  }

  test.each(Object.entries(cases))('%s: the last good head goes on', async (_, make) => {
    const [scene, replica] = await started()
    const before = replica.active()
    const [code, push] = await make(scene)
    const held = await replica.receive(push)
    expect(held.status.refusal?.code).toBe(code)
    expect(replica.active()).toBe(before)
    await scene.sync(replica)
    expect(replica.status().revision).toBe(`1.${scene.gateway.sequence}`)
  })

  test('what is no push at all is noted', async () => {
    const [, replica] = await started()
    expect((await replica.refuse(new Error('garbage'))).status.refusal?.message).toBe('garbage')
  })

  test('good entries stay when the head behind them is bad', async () => {
    const [scene, replica] = await started()
    const delivery = await scene.gateway.count(1)
    await scene.send(replica, delivery, { head: 'tampered' })
    await scene.send(replica, { entries: [], head: delivery.head })
    expect(replica.active()?.document).toEqual({ count: 1 })
  })

  test('a policy whose head was spoilt is not activated without its units by another head', async () => {
    const scene = new Scene()
    const replica = await scene.open()
    const first = await scene.gateway.deploy('first')
    const push = scene.gateway.push(first)
    const manifest = push.blobs.filter(({ digest }) => digest === first.entries[0]?.entry.content)
    await replica.receive({ ...push, entries: [], blobs: manifest })
    await replica.receive({ ...push, blobs: [], entries: [...push.entries, 'tampered'] })
    expect(scene.activated).toHaveLength(0)
    expect(replica.transactions().statistics.policy).toEqual({ successful: 0, failed: 0 })
    await scene.sync(replica)
    expect(replica.status().revision).toBe('1.1')
  })

  test('sent again, a push changes nothing', async () => {
    const [scene, replica] = await started()
    const delivery = await scene.gateway.count(1)
    const first = await scene.send(replica, delivery)
    const again = await scene.send(replica, delivery)
    expect(again).toEqual(first)
    expect(scene.activated).toHaveLength(3)
  })
})

describe('activation that fails', () => {
  test('changes nothing, is told, and is tried again after a while', async () => {
    const [scene, replica] = await started()
    const before = replica.active()
    scene.failing = 1
    const held = await scene.send(replica, await scene.gateway.count(1))
    expect(replica.active()).toBe(before)
    expect(held.status.refusal?.code).toBe('ERR_ACTIVATION')
    expect(held.status.transactions.at(-1)).toMatchObject({
      success: false,
      error: 'ERR_ACTIVATION: it does not run',
    })
    expect(held.status.healthy).toBe(false)

    await scene.send(replica, await scene.gateway.renew())
    expect(replica.active()).toBe(before)
    scene.gateway.now += 30_000
    await scene.send(replica, await scene.gateway.renew())
    expect(replica.active()?.document).toEqual({ count: 1 })
    expect(replica.status().healthy).toBe(true)
  })

  test('the next change is tried at once, and brings what failed with it', async () => {
    const [scene, replica] = await started()
    scene.failing = 1
    await scene.send(replica, await scene.gateway.count(1))
    const operations: PatchOperation[] = [{ op: 'add', path: '/other', value: true }]
    await scene.send(replica, await scene.gateway.patch(operations))
    expect(replica.active()?.document).toEqual({ count: 1, other: true })
  })

  test('a manifest of an unknown shape fails, and the next policy can still come', async () => {
    const [scene, replica] = await started()
    const entry = await scene.gateway.sign({ part: 'policy', kind: 'snapshot' }, '{"units":{}}')
    const bad = await scene.gateway.publish([entry])
    const held = await scene.send(replica, bad)
    expect(held.status.refusal?.code).toBe('ERR_MALFORMED')
    await scene.send(replica, await scene.gateway.deploy('better'))
    expect(replica.active()?.manifest.policies).toEqual({ better: '1.0.0' })
  })

  test('a long error still makes a report that can be read', async () => {
    const [scene, replica] = await started({
      activate: () => Promise.reject(new Error('x'.repeat(100_000))),
    })
    const held = await scene.send(replica, await scene.gateway.count(1))
    expect(decodeHeld(encodeHeld(held))).toEqual(held)
    expect(replica.active()).toBeUndefined()
  })
})

describe('over restarts', () => {
  test('it decides with what it kept, before anything comes', async () => {
    const [scene, replica] = await started()
    await scene.send(replica, await scene.gateway.count(1))
    const again = await scene.open()
    expect(again.active()?.document).toEqual({ count: 1 })
    expect(again.status()).toEqual(replica.status())
    expect(again.holdings()).toEqual(replica.holdings())
  })

  test('what was staged comes again, what was seen stays', async () => {
    const [scene, replica] = await started()
    const old = scene.gateway.head
    await scene.send(replica, await scene.gateway.count(1), { blobs: [] })
    const again = await scene.open()
    expect(again.active()?.document).toEqual({ count: 0 })
    const held = await scene.send(again, { entries: [], head: old })
    expect(held.status.refusal?.code).toBe('ERR_REPLAY')
    await scene.sync(again)
    expect(again.active()?.document).toEqual({ count: 1 })
  })

  test.each(['head', 'entry/policy', 'entry/data', 'blob/'])(
    'a spoilt %s is not believed, and comes again whole',
    async (prefix) => {
      const [scene, first] = await started()
      await scene.send(first, await scene.gateway.count(1))
      const kept = new Map(scene.storage.kept)
      for (const key of scene.storage.keys(prefix)) {
        scene.storage.fill(kept)
        scene.storage.spoil(key, 7)
        const replica = await scene.open()
        expect(replica.active()).toBeUndefined()
        expect(replica.status().refusal?.code).toMatch(/ERR_(SIGNATURE|DIGEST)/)
        await scene.sync(replica)
        expect((await scene.open()).active()?.document).toEqual({ count: 1 })
      }
    },
  )

  test.each(['head', 'entry/policy', 'entry/data', 'blob/'])(
    'a lost %s is noticed',
    async (prefix) => {
      const [scene] = await started()
      scene.storage.kept.delete(scene.storage.keys(prefix)[0] ?? '')
      const replica = await scene.open()
      expect(replica.active()).toBeUndefined()
      expect(replica.status().refusal?.code).toBe('ERR_STORAGE')
      await scene.sync(replica)
      expect(replica.active()?.document).toEqual({ count: 0 })
    },
  )

  test('a lost memory is made up from what verifies', async () => {
    const [scene] = await started()
    scene.storage.kept.set('memory', '{"seen":')
    const replica = await scene.open()
    expect(replica.status()).toMatchObject({ revision: '1.2', ready: true, healthy: true })
    const head = await scene.gateway.signHead({ sequence: 1 })
    const held = await scene.send(replica, { entries: [], head })
    expect(held.status.refusal?.code).toBe('ERR_REPLAY')
  })

  test('what was kept for another scope, or under another key, is not believed', async () => {
    const [scene] = await started()
    const kept = new Map(scene.storage.kept)
    const elsewhere = await scene.open({ scope: 'other' })
    expect(elsewhere.status()).toMatchObject({ revision: null, refusal: { code: 'ERR_SCOPE' } })
    expect(elsewhere.transactions().recent).toEqual([])
    scene.storage.fill(kept)
    const stranger = await scene.open({ trust: strangers.trust })
    expect(stranger.status()).toMatchObject({ revision: null, refusal: { code: 'ERR_SIGNATURE' } })
  })

  test('a storage that cannot be written is told, and does not stop deciding', async () => {
    const [scene, replica] = await started()
    scene.storage.failures = 1
    const held = await scene.send(replica, await scene.gateway.count(1))
    expect(held.status).toMatchObject({ revision: '1.3', refusal: { code: 'ERR_STORAGE' } })
    expect((await scene.open()).active()?.document).toEqual({ count: 0 })
    await scene.send(replica, await scene.gateway.renew())
    expect((await scene.open()).active()?.document).toEqual({ count: 1 })
  })

  test('a storage that cannot be read is as good as empty', async () => {
    const scene = new Scene()
    const storage = {
      load: () => Promise.reject(new Error('blocked')),
      write: () => Promise.resolve(),
    }
    const replica = await scene.open({ storage })
    expect(replica.status().refusal?.code).toBe('ERR_STORAGE')
    await scene.send(replica, await scene.gateway.deploy('first'))
    expect(replica.status().revision).toBe('1.1')
  })

  test('an activation that fails at the start is tried again by the next head', async () => {
    const [scene] = await started()
    scene.failing = 1
    const replica = await scene.open()
    expect(replica.active()).toBeUndefined()
    expect(replica.status().healthy).toBe(false)
    scene.gateway.now += 30_000
    await scene.send(replica, await scene.gateway.renew())
    expect(replica.active()?.document).toEqual({ count: 0 })
    expect((await scene.open()).active()?.document).toEqual({ count: 0 })
  })
})

describe('epochs and stand-ins', () => {
  test('a new database is followed from its first head on', async () => {
    const [scene, replica] = await started()
    await scene.send(replica, await scene.gateway.startAnew())
    expect(replica.active()?.document).toEqual({})
    expect(replica.holdings().positions).toEqual({})
    await scene.send(replica, await scene.gateway.deploy('anew'))
    await scene.send(replica, await scene.gateway.count(5))
    expect(replica.active()).toMatchObject({ document: { count: 5 }, head: { epoch: 2 } })
  })

  test('a new database has nothing of the old one, with or without policies', async () => {
    for (const isDeployed of [true, false]) {
      const scene = new Scene()
      const replica = await scene.open()
      if (isDeployed) await scene.send(replica, await scene.gateway.deploy('first'))
      await scene.send(replica, await scene.gateway.count(1))
      await scene.send(replica, await scene.gateway.startAnew())
      expect(replica.active()).toMatchObject({
        document: {},
        manifest: { policies: {}, units: {} },
      })
      expect(replica.active()?.document).toEqual({})
    }
  })

  test.each([1, 100])(
    'after a restore from backup, with a log of %i, it goes back',
    async (length) => {
      const [scene, replica] = await started()
      await scene.send(replica, await scene.gateway.count(1))
      const restore = scene.gateway.backup()
      await scene.send(replica, await scene.gateway.replace({ count: 7 }))
      const restored = await restore()
      scene.gateway.shorten(length)
      await scene.send(replica, restored)
      await scene.sync(replica)
      await scene.sync(replica)
      expect(replica.active()).toMatchObject({ document: { count: 1 }, head: { epoch: 2 } })
      await scene.send(replica, await scene.gateway.count(2))
      expect(replica.active()?.document).toEqual({ count: 2 })
      expect((await scene.open()).active()?.document).toEqual({ count: 2 })
    },
  )

  test('a head of a newer revision is newer, whatever the clock of the gateway says', async () => {
    const [scene, replica] = await started()
    scene.gateway.now -= 60_000
    await scene.send(replica, await scene.gateway.count(1))
    expect(replica.active()?.document).toEqual({ count: 1 })
  })

  test('a reader whose position is gone gets a snapshot, and goes on from there', async () => {
    const [scene, replica] = await started()
    for (let count = 1; count < 4; count++) await scene.gateway.count(count)
    scene.gateway.shorten(1)
    await scene.sync(replica)
    expect(replica.active()?.document).toEqual({ count: 3 })
    await scene.send(replica, await scene.gateway.count(4))
    expect(replica.active()?.document).toEqual({ count: 4 })
  })

  test('a long chain of patches is given up for a snapshot, and storage with it', async () => {
    const [scene, replica] = await started()
    const entries = []
    for (let count = 1; count <= 257; count++)
      entries.push(...(await scene.gateway.count(count)).entries)
    const held = await scene.send(replica, { entries, head: scene.gateway.head })
    expect(held.holdings.positions.data).toBeUndefined()
    expect(replica.active()?.document).toEqual({ count: 257 })

    const compacted = await scene.sync(replica)
    expect(compacted.holdings.positions.data).toBe(scene.gateway.logs.data.at(-1)?.position)
    expect(scene.storage.keys('entry/data')).toHaveLength(1)
    expect(scene.storage.keys('blob/')).toHaveLength(3)
    await scene.send(replica, await scene.gateway.count(258))
    expect((await scene.open()).active()?.document).toEqual({ count: 258 })
  })

  test('a large chain of patches is given up for a snapshot', async () => {
    const [scene, replica] = await started()
    const large = 'x'.repeat(6 * 1024 * 1024)
    const sendLarge = async (count: number): Promise<Held> => {
      const value = `${count} ${large}`
      return scene.send(replica, await scene.gateway.patch([{ op: 'add', path: '/large', value }]))
    }
    for (const count of [1, 2]) {
      const { holdings } = await sendLarge(count)
      expect(holdings.positions.data).toBe(scene.gateway.logs.data.at(-1)?.position)
    }
    expect((await sendLarge(3)).holdings.positions.data).toBeUndefined()
    await scene.sync(replica)
    expect(scene.storage.keys('entry/data')).toHaveLength(1)
    expect(replica.holdings().positions.data).toBe(scene.gateway.logs.data.at(-1)?.position)
  })

  test('content may come ahead of the push that names it, on its own', async () => {
    const [scene, replica] = await started()
    const delivery = await scene.gateway.count(1)
    for (const bytes of scene.contentOf(delivery)) await replica.hold(bytes)
    const { holdings } = await scene.send(replica, delivery, { blobs: [] })
    expect(holdings.missing).toEqual([])
    expect(replica.active()?.document).toEqual({ count: 1 })
  })

  test('a push waits for content that is on its way', async () => {
    const [scene, replica] = await started()
    const delivery = await scene.gateway.count(1)
    const held = scene.contentOf(delivery).map((bytes) => replica.hold(bytes))
    await scene.send(replica, delivery, { blobs: [] })
    expect(replica.active()?.document).toEqual({ count: 1 })
    await Promise.all(held)
  })

  test('a long chain of policies is given up for a snapshot, units stay', async () => {
    const [scene, replica] = await started()
    await scene.send(replica, await scene.gateway.change('lasting', 'unit'))
    const entries = []
    for (let count = 1; count <= 257; count++)
      entries.push(...(await scene.gateway.change('often', `${count % 5}`)).entries)
    const held = await scene.send(replica, { entries, head: scene.gateway.head })
    expect(held.holdings.positions.policy).toBeUndefined()

    const compacted = await scene.sync(replica)
    expect(compacted.holdings).toEqual({
      positions: {
        policy: scene.gateway.logs.policy.at(-1)?.position,
        data: scene.gateway.logs.data.at(-1)?.position,
      },
      missing: [],
    })
    expect(scene.storage.keys('entry/policy')).toHaveLength(1)
    // The data, the manifest, and what its three units need.
    expect(scene.storage.keys('blob/')).toHaveLength(5)
    await scene.send(replica, await scene.gateway.withdraw('first'))
    expect((await scene.open()).active()?.manifest).toEqual(scene.gateway.truth.manifest)
  })

  test('a snapshot for what is staged leaves what decides', async () => {
    const [scene, replica] = await started()
    scene.failing = 1
    await scene.send(replica, await scene.gateway.count(1))
    const standIn = { entries: await scene.gateway.standIn('data'), head: undefined }
    await scene.send(replica, standIn)
    expect((await scene.open()).active()?.document).toEqual({ count: 0 })
    await scene.send(replica, await scene.gateway.count(2))
    expect(replica.active()?.document).toEqual({ count: 2 })
  })
})

describe('bounds', () => {
  test.for([
    [
      'in pushes',
      (scene: Scene, replica: Replica, digest: string) =>
        replica.receive(scene.gateway.push({ entries: [], head: undefined }, [digest])),
    ],
    [
      'on its own',
      (scene: Scene, replica: Replica, digest: string) =>
        replica.hold(scene.gateway.blobs.get(digest) ?? expect.unreachable()),
    ],
  ] as const)('content that nothing names is not kept beyond its limit: %s', async ([, bring]) => {
    const [scene, replica] = await started()
    const big = new Uint8Array(20 * 1024 * 1024)
    const digests = []
    for (let index = 0; index < 3; index++) {
      big[0] = index
      const digest = await scene.gateway.keep(Uint8Array.from(big))
      digests.push(digest)
      await bring(scene, replica, digest)
    }
    const entry = await scene.gateway.sign({ part: 'data', kind: 'snapshot' }, '{}')
    expect(replica.holdings().missing).toEqual([])
    await scene.send(replica, await scene.gateway.publish([entry]))
    expect(replica.active()?.document).toEqual({})
    expect(scene.storage.keys('blob/')).toHaveLength(3)
  })

  test('content of a step that is past is let go at once', async () => {
    const [scene, replica] = await started()
    await scene.send(replica, await scene.gateway.deploy('second'))
    const again = await scene.gateway.deploy('first')
    const { holdings } = await scene.send(replica, again, { blobs: [] })
    expect(holdings.missing).toEqual(again.entries.map(({ entry }) => entry.content))
  })

  test('a policy that never runs leaves nothing behind', async () => {
    const [scene, replica] = await started()
    scene.failing = 30
    for (let index = 0; index < 30; index++)
      await scene.send(replica, await scene.gateway.deploy(`bad ${index}`))
    await scene.send(replica, await scene.gateway.renew())
    expect(scene.storage.keys('entry/')).toHaveLength(2)
    expect(replica.transactions().statistics.policy).toEqual({ successful: 1, failed: 30 })
    expect(replica.status().transactions.length).toBeLessThanOrEqual(20)
  })
})

function unitDigest({ gateway }: Scene, name: string): string {
  return gateway.truth.manifest.units[name]?.wasm ?? ''
}

function wasmOf(replica: Replica): string {
  return Object.values(replica.active()?.manifest.units ?? {})[0]?.wasm ?? ''
}
