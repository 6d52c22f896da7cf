import { setTimeout as delay } from 'node:timers/promises'

/** Milliseconds since 1970 with fractions: the same clock in every process of this machine. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now()
}

export async function timed(action: () => Promise<unknown>): Promise<number> {
  const begin = nowMs()
  await action()
  return nowMs() - begin
}

/** Runs one after another, with a pause before each in which everything comes to rest. */
export async function rounds<T>(
  count: number,
  thinkMs: number,
  play: (round: number) => Promise<T>,
): Promise<readonly T[]> {
  const results: T[] = []
  for (let round = 0; round < count; round += 1) {
    await delay(thinkMs)
    results.push(await play(round))
  }
  return results
}
