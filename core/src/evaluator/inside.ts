import { getMember, isArrayValue, isObjectValue, RegoSet, type RegoValue } from './value.ts'

/**
 * What a path leads to inside a rule's value. As in OPA, a segment that reads as an integer is that number, so that it
 * finds no member called `0`; and a set has its members at themselves.
 */
export function valueInside(
  value: RegoValue | undefined,
  path: readonly string[],
): RegoValue | undefined {
  return path.reduce((current, segment) => memberAt(current, keyOf(segment)), value)
}

/** A text, or the integer of 64 bits that it says. */
function keyOf(segment: string): string | number | bigint {
  if (!/^[-+]?\d+$/.test(segment)) return segment
  const integer = BigInt(segment)
  if (BigInt.asIntN(64, integer) !== integer) return segment
  return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer
}

function memberAt(value: RegoValue | undefined, key: RegoValue): RegoValue | undefined {
  if (isArrayValue(value)) return typeof key === 'number' ? value[key] : undefined
  if (value instanceof RegoSet) return value.get(key)
  return isObjectValue(value) ? getMember(value, key) : undefined
}
