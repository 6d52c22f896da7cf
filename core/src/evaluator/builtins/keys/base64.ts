import { base64url } from 'jose'

type Padding = 'padded' | 'bare'

/**
 * Base64 as Go's decoder reads it: line breaks are passed over, and the bits behind the last byte may be anything.
 * `undefined` when it is none.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  return /[-_]/.test(text) ? undefined : decodeBase64Url(toUrlAlphabet(text))
}

/** Base64url, as `decodeBase64` with padding, or `bare` without. */
export function decodeBase64Url(text: string, form: Padding = 'padded'): Uint8Array | undefined {
  const characters = text.replaceAll(/[\r\n]/g, '')
  const [, digits, padding] = /^([\w-]*)(={0,2})$/.exec(characters) ?? []
  if (digits === undefined) return undefined
  const isWhole =
    form === 'padded' ? characters.length % 4 === 0 : padding === '' && digits.length % 4 !== 1
  return isWhole ? base64url.decode(digits) : undefined
}

/** Either alphabet, padded or not: which one the text itself tells, as jwx guesses. */
export function decodeAnyBase64(text: string): Uint8Array | undefined {
  const form = text.endsWith('=') ? 'padded' : 'bare'
  const isStandard = /[+/]/.test(text)
  if (isStandard && /[-_]/.test(text)) return undefined
  return decodeBase64Url(isStandard ? toUrlAlphabet(text) : text, form)
}

function toUrlAlphabet(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_')
}
