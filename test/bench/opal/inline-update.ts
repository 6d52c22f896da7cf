import { setTimeout as delay } from 'node:timers/promises'

import { rounds } from '../clock.ts'
import type { Result } from '../measurement.ts'
import type { OpalStage } from './opal-stage.ts'

interface Size {
  readonly what: string
  readonly times: number
  /** JSON text. */
  readonly data: (round: number) => string
  readonly targets: readonly Pick<Result, 'atMost' | 'peer' | 'share'>[]
}

const thinkMs = 100

/** The first look at the fleet comes when the news is old: looking disturbs. */
const settleMs = 30

/** What is measured is a program that has been at work for a while. */
const warmUps = 20

const sizes: readonly Size[] = [
  {
    what: 'a number',
    times: 100,
    data: (round) => String(round),
    targets: [
      { atMost: 8, peer: 'OPAL to one OPA 17 ms' },
      { share: 0.99, atMost: 30, peer: 'OPAL to one OPA p99 58 ms' },
    ],
  },
  {
    what: '100 KB',
    times: 40,
    data: (round) => users(round, 100_000),
    targets: [{ atMost: 15, peer: 'OPAL to one OPA 25 ms' }],
  },
  {
    what: '1 MB',
    times: 20,
    data: (round) => users(round, 1_000_000),
    targets: [{ atMost: 70, peer: 'OPAL to one OPA 119 ms' }],
  },
]

/** Inline data of three sizes, from `POST /data/config` until the gateway has heard that the hub activated it. */
export async function inlineUpdates(stage: OpalStage): Promise<readonly Result[]> {
  const results: Result[] = []
  for (const size of sizes) results.push(...(await inlineUpdate(stage, size)))
  return results
}

async function inlineUpdate(
  stage: OpalStage,
  { what, times, data, targets }: Size,
): Promise<readonly Result[]> {
  await rounds(warmUps, 0, async (round) =>
    stage.heard(await stage.update('/node/bench', data(round))),
  )
  const steps = await rounds(times, thinkMs, async (round) => {
    const value = data(warmUps + round)
    const plainMs = await stage.target.posted(value)
    const begin = Date.now()
    const revision = await stage.update('/node/bench', value)
    await delay(settleMs)
    const { edge } = await stage.heard(revision)
    return { plainMs, edgeMs: edge - begin }
  })
  const baseline = {
    name: 'node:http takes in the same data',
    samples: steps.map(({ plainMs }) => plainMs),
  }
  const samples = steps.map(({ edgeMs }) => edgeMs)
  return targets.map((target) => ({
    what: `inline update of ${what} → edge hub acknowledged`,
    unit: 'ms',
    samples,
    baseline,
    ...target,
  }))
}

/** About so many characters, all of them new in each round. */
function users(round: number, characters: number): string {
  const all = Array.from({ length: characters / 100 }, (_, index) => ({
    id: `${round}/${index}`.padStart(12, '0'),
    mail: `user-${index}@example.org`.padStart(24, 'a'),
    roles: ['reader', `editor-${index % 10}`],
    limit: index * round,
  }))
  return JSON.stringify(all)
}
