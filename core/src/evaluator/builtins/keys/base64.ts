import { base64url } from 'jose'

const shapes = {
  padded: /^(?:[\w-]{4})*(?:[\w-]{2}==|[\w-]{3}=)?$/,
  bare: /^(?:[\w-]{4})*(?:[\w-]{2,3})?$/,
}

/**
 * Base64 as Go's decoder reads it: line breaks are passed over, and the bits behind the last byte may be anything.
 * `undefined` when it is none.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  return /[-_]/.test(text) ? undefined : decode(toUrlAlphabet(text), shapes.padded)
}

/** Base64url, as `decodeBase64` with padding, or `bare` without. */
export function decodeBase64Url(
  text: string,
  padding: 'padded' | 'bare' = 'padded',
): Uint8Array | undefined {
  return decode(text, shapes[padding])
}

/** Either alphabet, padded or not: which one the text itself tells, as jwx guesses. */
export function decodeAnyBase64(text: string): Uint8Array | undefined {
  const padding = text.endsWith('=') ? 'padded' : 'bare'
  const isStandard = /[+/]/.test(text)
  if (isStandard && /[-_]/.test(text)) return undefined
  return decodeBase64Url(isStandard ? toUrlAlphabet(text) : text, padding)
}

function toUrlAlphabet(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_')
}

function decode(text: string, shape: RegExp): Uint8Array | undefined {
  const characters = text.replaceAll(/[\r\n]/g, '')
  return shape.test(characters) ? base64url.decode(characters.replaceAll('=', '')) : undefined
}
