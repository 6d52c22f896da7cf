import { formatRevision, parseRevision } from '@vedette/core/bundle/revision'

import { nowMs, rounds, timed } from '../clock.ts'
import type { Result } from '../measurement.ts'
import type { OpalStage } from './opal-stage.ts'

const times = 60
const thinkMs = 100

/** From `POST /data/config` to the answer of a question, sent with it, that waits for the next revision. */
export async function workerAnswer({ workerUrl, update, ask }: OpalStage): Promise<Result> {
  let revision = await update('/node/counter', '-1')
  const steps = await rounds(times, thinkMs, async (round) => {
    const plainMs = await timed(async () => (await fetch(`${workerUrl}/health`)).text())
    const begin = nowMs()
    const asked = ask('node/counter', next(revision)).then((result) => ({ result, at: nowMs() }))
    revision = await update('/node/counter', String(round))
    const { result, at } = await asked
    if (result !== round) throw new Error(`the Worker answered ${JSON.stringify(result)}`)
    return { plainMs, answerMs: at - begin }
  })
  return {
    what: 'inline update of a number → Worker answers by it (HTTP)',
    unit: 'ms',
    samples: steps.map(({ answerMs }) => answerMs),
    baseline: {
      name: 'GET /health of the Worker under wrangler',
      samples: steps.map(({ plainMs }) => plainMs),
    },
    atMost: 20,
    peer: 'OPAL to one OPA 17 ms',
  }
}

function next(revision: string): string {
  const { epoch, sequence } = parseRevision(revision)
  return formatRevision({ epoch, sequence: sequence + 1 })
}
