import type { Head } from '../bundle/head.ts'
import { VedetteError } from '../errors.ts'

/** `evaluated` against a head that is young enough, or against the `last-known` one where the scope allows that. */
export type Reason = 'evaluated' | 'last-known'

/** Clocks of gateway and replica may differ this much before a head from the future counts as a clock set back. */
export const clockToleranceMs = 5 * 60_000

/** Whether a head may decide at `now` (ms since 1970). Throws `ERR_NOT_READY`, `ERR_PASSIVE` or `ERR_STALE`. */
export function mayDecide(head: Head | undefined, now: number): Reason {
  if (!head) throw new VedetteError('ERR_NOT_READY', 'no policy has been received yet')
  if (head.state !== 'ACTIVE') throw new VedetteError('ERR_PASSIVE', `the PDP is ${head.state}`)
  if (!isStale(head, now)) return 'evaluated'
  if (head.whenOlder === 'last-known') return 'last-known'
  const age = head.issued > now ? 'of a time to come' : `older than ${head.maxAgeMs} ms`
  throw new VedetteError('ERR_STALE', `by this clock the last word of the gateway is ${age}`)
}

/** Whether a decision would be made at `now` (ms since 1970). */
export function canDecide(head: Head | undefined, now: number): boolean {
  try {
    mayDecide(head, now)
    return true
  } catch {
    return false
  }
}

/** Age is now − issued, end to end; a head issued in the future means that this clock was set back. */
function isStale(head: Head, now: number): boolean {
  return now - head.issued > head.maxAgeMs || head.issued - now > clockToleranceMs
}
