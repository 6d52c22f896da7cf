import { base64url } from 'jose'

import { numberOf, type JsonNumber } from '../../../json/number.ts'
import type { RegoValue } from '../../value.ts'

/** Bytes as Go's encoder writes them: base64, and null for none. */
export function bytesValue(bytes: Uint8Array | undefined): string | null {
  if (!bytes) return null
  const digits = base64url.encode(bytes).replaceAll('-', '+').replaceAll('_', '/')
  return digits.padEnd(Math.ceil(digits.length / 4) * 4, '=')
}

/** Go's encoder writes null for a list that was never made. */
export function listValue<Item>(
  items: readonly Item[] | undefined,
  write: (item: Item) => RegoValue,
): RegoValue {
  return items && items.length > 0 ? items.map(write) : null
}

/** An OID is a list of its numbers. */
export function oidValue(oid: string): readonly JsonNumber[] {
  return oid.split('.').map((arc) => numberOf(BigInt(arc)))
}

export function text(value: string): RegoValue {
  return value
}
