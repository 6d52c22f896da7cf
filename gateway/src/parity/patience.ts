import { setImmediate as breathe, setTimeout as delay } from 'node:timers/promises'

import { createTurns } from '../catalog/turns.ts'

export interface PatienceOptions {
  readonly patienceMs: number
  /** Resolves when nobody is waiting for anything: what is left is done then, piece by piece. */
  readonly idle: () => Promise<void>
}

/** `work` awaits `pause` between its steps, and never rejects. */
export type Patience = <Result>(
  work: (pause: () => Promise<void>) => Promise<Result>,
) => Promise<{ readonly result: Result } | { readonly later: Promise<Result> }>

/** Waits for work as long as the patience lasts; what is left is done later, one work after the other. */
export function createPatience({ patienceMs, idle }: PatienceOptions): Patience {
  const turns = createTurns()
  return async (work) => {
    let pause: () => Promise<void> = () => breathe()
    const working = work(() => pause())
    const inTime = working.then((result) => ({ result }))
    const done =
      patienceMs > 0 ? await Promise.race([inTime, delay(patienceMs, undefined)]) : undefined
    if (done) return done
    const turn = Promise.withResolvers<void>()
    pause = async () => {
      await turn.promise
      await idle()
      await breathe()
    }
    void turns.run(async () => {
      turn.resolve()
      await working
    })
    return { later: working }
  }
}
