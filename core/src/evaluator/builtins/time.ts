import type { RegoValue } from '../value.ts'
import type { HostContext } from './host.ts'

const nsPerMs = 1_000_000n

/** Nanoseconds since 1970, the same for the whole decision; the clock has milliseconds. */
export function nowNs(_: readonly RegoValue[], context: HostContext): bigint {
  return (context.nowNs ??= BigInt(Date.now()) * nsPerMs)
}
