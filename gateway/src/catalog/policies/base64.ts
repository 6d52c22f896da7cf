/** Where a text stops being base64, in the Go PDP's words. */
class Base64Error extends Error {
  override readonly name = 'Base64Error'

  constructor(offset: number) {
    super(`illegal base64 data at input byte ${offset}`)
  }
}

/** Decodes as Go's `base64.StdEncoding`: padding required, CR and LF ignored, the offset of its errors. */
export function decodeBase64(text: string): Uint8Array {
  const offset = corruptionIn(text)
  if (offset !== undefined) throw new Base64Error(offset)
  return Buffer.from(text, 'base64')
}

function corruptionIn(text: string): number | undefined {
  const stop = text.search(/[^A-Za-z0-9+/\r\n]/)
  const digits = stop < 0 ? text : text.slice(0, stop)
  const place = digits.replaceAll(/[\r\n]/g, '').length % 4
  if (stop < 0) return place === 0 ? undefined : text.length - place
  return text[stop] === '=' ? corruptionInPadding(text, stop, place) : stop
}

/** `place` counts the characters of the last quantum before its first `=`, which is at `start`. */
function corruptionInPadding(text: string, start: number, place: number): number | undefined {
  if (place < 2) return start
  let end = skipNewlines(text, start + 1)
  if (place === 2) {
    if (end === text.length) return end
    if (text[end] !== '=') return end - 1
    end = skipNewlines(text, end + 1)
  }
  return end < text.length ? end : undefined
}

function skipNewlines(text: string, from: number): number {
  let index = from
  while (isNewline(text[index])) index++
  return index
}

function isNewline(character: string | undefined): boolean {
  return character === '\n' || character === '\r'
}
