const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of a record's value; `undefined` when there is none or it is not UTF-8. */
export function decodeText(value: Uint8Array | null): string | undefined {
  if (value === null) return undefined
  try {
    return utf8.decode(value)
  } catch {
    return undefined
  }
}
