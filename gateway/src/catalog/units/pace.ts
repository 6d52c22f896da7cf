import { setImmediate as breathe } from 'node:timers/promises'

/** Resolves when the next piece of heavy work may be done. */
export type Pace = () => Promise<void>

/** One piece in a turn of the event loop, whoever asks for it: between any two, everybody else has a turn. */
export function createPace(): Pace {
  let last = Promise.resolve()
  return () => (last = last.then(() => breathe()))
}
