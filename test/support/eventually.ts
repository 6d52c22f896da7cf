import { setTimeout as delay } from 'node:timers/promises'

/** The first value that is not undefined; a look every 20 ms, for at most `withinMs`. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  withinMs = 20_000,
): Promise<T> {
  const giveUpAt = Date.now() + withinMs
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > giveUpAt) throw new Error(`waited ${withinMs} ms for ${what}`)
    await delay(20)
  }
}
