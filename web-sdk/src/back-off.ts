const firstMs = 200
const longestMs = 5_000

/** How long to wait before the next attempt, after `failures` in a row: 0.2 s doubled up to 5 s, less up to half. */
export function backOffMs(failures: number, random: () => number = Math.random): number {
  const ms = Math.min(longestMs, firstMs * 2 ** failures)
  return ms * (1 - random() / 2)
}

export interface PauseOptions {
  /** Ends the pause, as does the event `online`. */
  readonly signal: AbortSignal
  /** Where `online` is heard. */
  readonly events: EventTarget
}

export function pause(ms: number, { signal, events }: PauseOptions): Promise<void> {
  return new Promise((resolve) => {
    const over = new AbortController()
    const end = (): void => {
      over.abort()
      clearTimeout(timer)
      resolve()
    }
    const timer = setTimeout(end, ms)
    events.addEventListener('online', end, { signal: over.signal })
    signal.addEventListener('abort', end, { signal: over.signal })
    if (signal.aborted) end()
  })
}
