const plain = {
  path: /[^\w.~$&+,/:;=@-]+/g,
  fragment: /[^\w.~$&+,/:;=?@!()*-]+/g,
  user: /[^\w.~$&+,;=-]+/g,
  host: /[^\w.~!$&'()*+,;=:[\]<>"-]+/g,
} as const

export type UrlPart = keyof typeof plain

const encoder = new TextEncoder()

/** Percent-encodes what Go's `net/url` does not leave as it is in this part of a URL. */
export function escapeUrl(text: string, part: UrlPart): string {
  return text.replaceAll(plain[part], (run) =>
    Array.from(
      encoder.encode(run),
      (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    ).join(''),
  )
}
