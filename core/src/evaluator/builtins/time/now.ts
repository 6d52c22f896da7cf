import { numberOf, type JsonNumber } from '../../../json/number.ts'
import type { RegoValue } from '../../value.ts'
import type { BuiltinContext } from '../builtin.ts'

const nsPerMs = 1_000_000n

/** Nanoseconds since 1970, the same for the whole decision; the clock has milliseconds. */
export function nowNs(_: readonly RegoValue[], context: BuiltinContext): JsonNumber {
  return (context.nowNs ??= numberOf(BigInt(Date.now()) * nsPerMs))
}
