import { rounds } from '../clock.ts'
import type { Result } from '../measurement.ts'
import type { OpalStage } from './opal-stage.ts'

const times = 60
const thinkMs = 100

/** From the last acknowledgement that an update waits for until its report was read by the target. */
export async function callbackAfterLast({ target, update, heard }: OpalStage): Promise<Result> {
  const steps = await rounds(times, thinkMs, async (round) => {
    const reported = target.next()
    const revision = await update('/node/counter', String(round), [target.url])
    const { at, body } = await reported
    const { edge, gateway } = await heard(revision)
    return {
      afterMs: Math.max(0, at - Math.max(edge, gateway)),
      plainMs: await target.posted(body),
    }
  })
  return {
    what: 'last acknowledgement → callback at its target',
    unit: 'ms',
    samples: steps.map(({ afterMs }) => afterMs),
    baseline: {
      name: 'the same report by a plain POST',
      samples: steps.map(({ plainMs }) => plainMs),
    },
    atMost: 15,
    peer: 'OPAL 32 ms',
  }
}
