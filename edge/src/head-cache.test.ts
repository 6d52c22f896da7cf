import { describe, expect, test, vi } from 'vitest'

import type { HeadCache } from './head-cache.ts'
import { createHeadCache, readFreshness } from './head-cache.ts'
import type { Standing } from './standing.ts'

const maxAgeMs = 10_000

function standingOf(sequence: number, issued: number): Standing {
  const head = { scope: 'default', epoch: 1, sequence, issued, maxAgeMs, parts: {} }
  return { program: 'p', isolated: false, head: { ...head, whenOlder: 'deny', state: 'ACTIVE' } }
}

/** A hub that answers when it is told to, and a clock. */
function createWorld(freshnessMs: number) {
  const questions: PromiseWithResolvers<Standing | null>[] = []
  const background: Promise<unknown>[] = []
  const world = { clock: 0, questions, background, cache: undefined as unknown as HeadCache }
  world.cache = createHeadCache({
    freshnessMs,
    now: () => world.clock,
    waitUntil: (work) => background.push(work),
    ask: () => {
      const question = Promise.withResolvers<Standing | null>()
      questions.push(question)
      return question.promise
    },
  })
  return world
}

async function createKnowing(freshnessMs: number) {
  const world = createWorld(freshnessMs)
  const first = world.cache.current()
  world.questions[0]?.resolve(standingOf(1, 0))
  expect((await first)?.head.sequence).toBe(1)
  return world
}

describe('a head that may decide', () => {
  test('is used unasked while it is fresh', async () => {
    const { cache, questions } = await createKnowing(1000)
    expect((await cache.current())?.head.sequence).toBe(1)
    expect(questions).toHaveLength(1)
  })

  test('is used while a newer one is asked for in the background, once', async () => {
    const world = await createKnowing(1000)
    world.clock = 1000
    expect((await world.cache.current())?.head.sequence).toBe(1)
    expect((await world.cache.current())?.head.sequence).toBe(1)
    expect(world.questions).toHaveLength(2)
    world.questions[1]?.resolve(standingOf(2, 1000))
    await Promise.all(world.background)
    expect((await world.cache.current())?.head.sequence).toBe(2)
  })

  test('is not used for a question that asks for a later one', async () => {
    const { cache, questions } = await createKnowing(1000)
    expect((await cache.current({ epoch: 1, sequence: 1 }))?.head.sequence).toBe(1)
    const later = cache.current({ epoch: 1, sequence: 2 })
    questions[1]?.resolve(standingOf(2, 0))
    expect((await later)?.head.sequence).toBe(2)
    expect(questions).toHaveLength(2)
  })

  test('outlives a hub that does not answer', async () => {
    const world = await createKnowing(0)
    const current = world.cache.current()
    world.questions[1]?.reject(new Error('unreachable'))
    expect((await current)?.head.sequence).toBe(1)
  })

  test('is asked for each time when nothing counts as fresh', async () => {
    const world = await createKnowing(0)
    const current = world.cache.current()
    world.questions[1]?.resolve(standingOf(2, 0))
    expect((await current)?.head.sequence).toBe(2)
    expect(world.background).toEqual([])
  })
})

describe('a head that may not decide', () => {
  test('is waited for', async () => {
    const world = await createKnowing(1000)
    world.clock = maxAgeMs + 1
    const current = world.cache.current()
    world.questions[1]?.resolve(standingOf(2, world.clock))
    expect((await current)?.head.sequence).toBe(2)
  })

  test('does not hide that the hub is unreachable', async () => {
    const world = await createKnowing(1000)
    world.clock = maxAgeMs + 1
    const current = world.cache.current()
    world.questions[1]?.reject(new Error('unreachable'))
    await expect(current).rejects.toThrow('unreachable')
  })

  test('that there is none is asked again each time', async () => {
    const { cache, questions } = createWorld(1000)
    void cache.current()
    questions[0]?.resolve(null)
    void cache.current()
    await vi.waitFor(() => expect(questions).toHaveLength(2))
  })
})

test('a late answer does not win over a later question', async () => {
  const world = await createKnowing(0)
  const [slow, quick] = [world.cache.renew(), world.cache.renew()]
  world.questions[2]?.resolve(standingOf(3, 0))
  expect((await quick)?.head.sequence).toBe(3)
  world.questions[1]?.resolve(standingOf(2, 0))
  expect((await slow)?.head.sequence).toBe(3)
})

test('a question that waits for a revision gets it, whatever others were told meanwhile', async () => {
  const world = await createKnowing(0)
  const waiting = world.cache.current({ epoch: 1, sequence: 2 })
  const other = world.cache.current()
  world.questions[2]?.resolve(standingOf(1, 0))
  expect((await other)?.head.sequence).toBe(1)
  world.questions[1]?.resolve(standingOf(2, 0))
  expect((await waiting)?.head.sequence).toBe(2)
})

test.for([
  [undefined, 1000],
  ['0', 0],
  ['250', 250],
  ['', 0],
  ['-1', 0],
  ['soon', 0],
] as const)('VEDETTE_FRESHNESS_MS %j is %d ms', ([text, ms]) => {
  expect(readFreshness(text)).toBe(ms)
})
