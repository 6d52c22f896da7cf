import type { Held } from '@vedette/core/protocol/held'

export interface ReportsOptions {
  readonly send: (held: Held) => Promise<void>
  readonly onError: (error: unknown) => void
}

/**
 * Sends how things are going, one report at a time. Only the latest counts: one that could not be sent is made good by
 * the next, and the next head is never far. Of its transactions it tells those that were not taken yet.
 */
export function createReports({ send, onError }: ReportsOptions): (held: Held) => void {
  let latest: Held | undefined
  let isSending = false
  let taken = 0

  async function sendAll(): Promise<void> {
    isSending = true
    for (let held = latest; held; held = latest) {
      latest = undefined
      await send(withTransactionsAfter(taken, held))
      taken = held.status.transactions.at(-1)?.number ?? taken
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

function withTransactionsAfter(taken: number, { status, ...rest }: Held): Held {
  const transactions = status.transactions.filter(({ number }) => number > taken)
  return { ...rest, status: { ...status, transactions } }
}
