import { codeOf, VedetteError } from '@vedette/core/errors'
import type { Held } from '@vedette/core/protocol/held'
import type { Push } from '@vedette/core/protocol/push'
import type { Refusal } from '@vedette/core/protocol/status-report'
import type { Replica } from '@vedette/core/replica/replica'

import type { Door } from './door.ts'
import { createReports } from './reports.ts'
import { follow } from './stream.ts'

export interface SyncOptions {
  readonly door: Door
  readonly replica: Replica
  readonly onOnline: (online: boolean) => void
  readonly onError: (error: unknown) => void
  readonly signal: AbortSignal
}

/** Keeps `replica` in step with the gateway, and the gateway told, until `signal` aborts. */
export function synchronise(options: SyncOptions): Promise<void> {
  const { door, replica, onOnline, signal } = options
  const onError = (error: unknown): void => {
    if (!signal.aborted) options.onError(error)
  }
  const report = createReports({ send: (held) => door.report(held), onError })
  let known = replica.status().refusal

  /** To the gateway; answers what is refused since it was told last, be it that storage failed in between. */
  function tell(held: Held): Refusal | null {
    report(held)
    const { refusal } = held.status
    const isNew = refusal !== known
    known = refusal
    return isNew ? refusal : null
  }

  async function receive(push: Push): Promise<boolean> {
    const refusal = tell(await replica.receive(push))
    if (refusal) onError(new VedetteError<string>(refusal.code, refusal.message))
    return isComplete(replica) && !(refusal && mendable.has(refusal.code))
  }

  return follow({
    door,
    positions: () => replica.holdings().positions,
    receive,
    onOnline,
    async onError(error) {
      if (garbage.has(codeOf(error, ''))) tell(await replica.refuse(error))
      onError(error)
    },
    signal,
    events: globalThis instanceof EventTarget ? globalThis : new EventTarget(),
  })
}

/** What a line is that no replica could even look at. */
const garbage: ReadonlySet<string> = new Set(['ERR_MALFORMED', 'ERR_PROTOCOL_VERSION'])

/** Something went wrong on the way, and may come right when asked for again; the rest is trouble of our own. */
const mendable: ReadonlySet<string> = new Set([
  'ERR_SIGNATURE',
  'ERR_DIGEST',
  'ERR_SCOPE',
  'ERR_GAP',
  'ERR_REPLAY',
  'ERR_MALFORMED',
  'ERR_UNREACHABLE',
  'ERR_REFUSED',
])

/** Nothing is waited for, and the chain of patches is not so long that a snapshot is due. */
function isComplete(replica: Replica): boolean {
  const { positions } = replica.holdings()
  const head = replica.active()?.head
  return !replica.pending() && (!head?.parts.data || positions.data !== undefined)
}
