/** Wakes one that waits. */
export interface Bell {
  ring(): void
  /** Resolves at the next ring (at once when one was missed), or after `atMostMs`. */
  wait(atMostMs?: number): Promise<void>
}

export function createBell(): Bell {
  let rung = false
  let wake = (): void => undefined
  return {
    ring() {
      rung = true
      wake()
    },
    async wait(atMostMs) {
      if (!rung) await new Promise<void>((resolve) => (wake = once(resolve, atMostMs)))
      rung = false
    },
  }
}

/** Resolves when it is called, or by itself after `atMostMs`. */
function once(resolve: () => void, atMostMs: number | undefined): () => void {
  const timer = atMostMs === undefined ? undefined : setTimeout(resolve, atMostMs)
  return () => {
    clearTimeout(timer)
    resolve()
  }
}
