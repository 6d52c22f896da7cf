import { setTimeout as delay } from 'node:timers/promises'

import { formatRevision, parseRevision } from '@vedette/core/bundle/revision'

import { nowMs, rounds, timed } from './clock.ts'
import type { BenchStage } from './kit.ts'
import type { Measurement } from './measurement.ts'
import { acknowledged, answered, revisionOf } from './replicas.ts'
import type { Acknowledged } from './replicas.ts'

const acknowledgedTimes = 60
const answeredTimes = 30
const thinkMs = 100
const peer = 'OPAL to one OPA 17 ms'

/** A counter in the data, from `POST /data/config` to the decisions. */
export const dataUpdate: Measurement = {
  name: 'data-update',
  title: `a data update, ${thinkMs} ms to think between`,
  async run(kit) {
    const stage = await kit.stage()
    let value = 0
    await stage.unwatch()
    const steps = await rounds(acknowledgedTimes, thinkMs, async () => ({
      ...(await health(stage)),
      ...(await update(stage, (value += 1))),
    }))
    const worker = await rounds(answeredTimes, thinkMs, () => workerAnswered(stage, (value += 1)))
    const page = await rounds(answeredTimes, thinkMs, () => pageAnswered(stage, (value += 1)))

    const gatewayHealth = {
      name: 'GET /health of the gateway',
      samples: steps.map(({ gatewayMs }) => gatewayMs),
    }
    const workerHealth = {
      name: 'GET /health of the Worker under wrangler',
      samples: steps.map(({ workerMs }) => workerMs),
    }
    return [
      {
        what: 'data update → answer of POST /data/config',
        unit: 'ms',
        samples: steps.map(({ answerMs }) => answerMs),
        baseline: gatewayHealth,
      },
      {
        what: 'data update → Worker acknowledged',
        unit: 'ms',
        samples: steps.map((step) => step.worker),
        baseline: gatewayHealth,
        atMost: 15,
        peer,
      },
      {
        what: 'data update → page acknowledged',
        unit: 'ms',
        samples: steps.map((step) => step.page),
        baseline: gatewayHealth,
        atMost: 15,
        peer,
      },
      {
        what: 'data update → Worker answers by it (HTTP)',
        unit: 'ms',
        samples: worker,
        baseline: workerHealth,
        atMost: 25,
        peer,
      },
      {
        what: 'data update → page answers by it',
        unit: 'ms',
        samples: page,
        baseline: gatewayHealth,
        atMost: 25,
        peer,
      },
    ]
  },
}

async function health({
  world,
}: BenchStage): Promise<{ readonly gatewayMs: number; readonly workerMs: number }> {
  const { gatewayUrl, workerUrl } = world.stage
  const gatewayMs = await timed(async () => (await fetch(`${gatewayUrl}/health`)).text())
  const workerMs = await timed(async () => (await fetch(`${workerUrl}/health`)).text())
  return { gatewayMs, workerMs }
}

async function update(
  { world }: BenchStage,
  value: number,
): Promise<Acknowledged & { readonly answerMs: number }> {
  const after = await revisionOf(world)
  await delay(thinkMs)
  const begin = Date.now()
  const answerMs = await timed(() => world.putData('/node/counter', value))
  return { answerMs, ...(await acknowledged(world, { begin, after })) }
}

/** One question to the Worker that waits for the next revision, sent together with the write that makes it. */
async function workerAnswered({ world }: BenchStage, value: number): Promise<number> {
  const atLeast = next(await revisionOf(world))
  await delay(thinkMs)
  const begin = nowMs()
  const [answeredAt] = await Promise.all([
    answered(world, 'worker', { path: `bench/counter?atLeast=${atLeast}`, expected: value }),
    world.putData('/node/counter', value),
  ])
  return answeredAt - begin
}

function next(revision: string | null): string {
  const { epoch, sequence } = parseRevision(revision ?? '')
  return formatRevision({ epoch, sequence: sequence + 1 })
}

async function pageAnswered({ world }: BenchStage, value: number): Promise<number> {
  const begin = nowMs()
  const [answeredAt] = await Promise.all([
    answered(world, 'page', { path: 'bench/counter', expected: value }),
    world.putData('/node/counter', value),
  ])
  return answeredAt - begin
}
