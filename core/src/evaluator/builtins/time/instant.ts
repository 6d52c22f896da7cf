import { numberOf, type JsonNumber } from '../../../json/number.ts'
import { BuiltinError } from '../operand.ts'

export const nsPerSecond = 1_000_000_000n
const [earliest, latest] = [-(2n ** 63n), 2n ** 63n - 1n]

/** Whether Go's 64 bits hold these nanoseconds since 1970: from 1677 to 2262. */
export function isInstant(ns: bigint): boolean {
  return ns >= earliest && ns <= latest
}

/** Nanoseconds since 1970, from whole milliseconds and the nanoseconds of their second. */
export function instantOf(ms: number, ns: bigint): JsonNumber {
  const instant = Number.isNaN(ms) ? latest + 1n : BigInt(ms / 1000) * nsPerSecond + ns
  if (!isInstant(instant)) throw new BuiltinError('time outside of valid range')
  return numberOf(instant)
}
