import type { Held } from '@vedette/core/protocol/held'

export interface ReportsOptions {
  readonly send: (held: Held) => Promise<void>
  readonly onError: (error: unknown) => void
}

/**
 * Sends how things are going, one report at a time. Each tells all of it, so only the latest counts: one that
 * could not be sent is made good by the next, and the next head is never far.
 */
export function createReports({ send, onError }: ReportsOptions): (held: Held) => void {
  let latest: Held | undefined
  let isSending = false

  async function sendAll(): Promise<void> {
    isSending = true
    for (let held = latest; held; held = latest) {
      latest = undefined
      await send(held)
    }
  }

  return (held) => {
    latest = held
    if (isSending) return
    sendAll()
      .catch(onError)
      .finally(() => (isSending = false))
  }
}
