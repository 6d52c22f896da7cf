import { backslash, closeBrace, closeBracket, openBrace, openBracket, quote } from './characters.ts'

/**
 * Whether arrays and objects are nested deeper than `levels`. Takes no call for what is neither: it is the first of
 * all walks, which nothing has made quick yet.
 */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels <= 0) return true
  if (Array.isArray(value)) {
    for (const item of value)
      if (typeof item === 'object' && isDeeper(item, levels - 1)) return true
    return false
  }
  for (const key in value) {
    const member = (value as Record<string, unknown>)[key]
    if (typeof member === 'object' && isDeeper(member, levels - 1)) return true
  }
  return false
}

const encoder = new TextEncoder()

/** Whether a text opens more than `levels` arrays and objects at once. Says nothing about syntax. */
export function opensDeeper(json: string, levels: number): boolean {
  // Bytes are looked at in half the time that characters take.
  const bytes = encoder.encode(json)
  let depth = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === quote) at = stringEnd(bytes, at)
    else if (byte === closeBrace || byte === closeBracket) depth--
    else if ((byte === openBrace || byte === openBracket) && ++depth > levels) return true
  }
  return false
}

function stringEnd(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === quote) return at
    if (byte === backslash) at++
  }
  return bytes.length
}
