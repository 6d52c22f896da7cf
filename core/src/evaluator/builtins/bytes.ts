import type { RegoValue } from '../value.ts'
import { stringOperand } from './operand.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The UTF-8 of a text. OPA's strings may hold any bytes; those that are no UTF-8 reach a host as U+FFFD, so a
 * text with that character is refused with an error rather than taken for what it was not.
 */
export function bytesOperand(value: RegoValue | undefined): Uint8Array {
  const text = stringOperand(value)
  if (text.includes('\ufffd')) throw new RangeError('bytes that are no UTF-8 cannot be read here')
  return encoder.encode(text)
}

/** The text that these bytes are in UTF-8; others are refused with an error, for a text here cannot hold them. */
export function textFrom(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new RangeError('bytes that are no UTF-8 cannot be a text here')
  }
}

export function hexFrom(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The bytes of an even number of hexadecimal digits. */
export function bytesFromHex(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
