import { decodeBase64 } from './base64.ts'

export interface PemBlock {
  /** `CERTIFICATE`, `PUBLIC KEY`… */
  readonly type: string
  readonly bytes: Uint8Array
  /** What comes behind it. */
  readonly rest: string
}

const [begin, end, dashes] = ['-----BEGIN ', '\n-----END ', '-----']

/** The next block of a text, found as Go's `pem.Decode` finds it; `undefined` when there is none. */
export function nextPem(text: string): PemBlock | undefined {
  let from = 0
  for (;;) {
    const endAt = text.indexOf(end, from)
    if (endAt < 0) return undefined
    const block = blockBefore(text.slice(from), endAt - from)
    if (block) return block
    from = endAt + end.length
  }
}

/** The block that the END line at `endAt` closes. */
function blockBefore(text: string, endAt: number): PemBlock | undefined {
  const beginAt = text.slice(0, endAt).lastIndexOf(begin)
  if (beginAt < 0 || (beginAt > 0 && text[beginAt - 1] !== '\n')) return undefined
  const title = lineAt(text, beginAt + begin.length)
  if (!title.line.endsWith(dashes)) return undefined
  const type = title.line.slice(0, -dashes.length)
  const bodyAt = skipHeaders(text, title.next)
  const trailer = lineAt(text, endAt + end.length).line
  // Without headers the END line may follow the BEGIN line at once.
  const latest = bodyAt === title.next ? endAt + 1 : endAt
  if (bodyAt > latest || trailer !== type + dashes) return undefined
  const bytes = decodeBase64(text.slice(bodyAt, endAt).replaceAll(/[ \t]/g, ''))
  if (!bytes) return undefined
  return { type, bytes, rest: text.slice(lineAt(text, endAt + end.length).next) }
}

/** Behind lines such as `Proc-Type: 4,ENCRYPTED`. */
function skipHeaders(text: string, from: number): number {
  let at = from
  for (let line = lineAt(text, at); line.line.includes(':'); line = lineAt(text, at)) at = line.next
  return at
}

interface Line {
  readonly line: string
  readonly next: number
}

function lineAt(text: string, at: number): Line {
  const found = text.indexOf('\n', at)
  const [stop, next] = found < 0 ? [text.length, text.length] : [found, found + 1]
  const line = text.slice(at, stop)
  const bare = found > at && line.endsWith('\r') ? line.slice(0, -1) : line
  return { line: bare.replace(/[ \t]+$/, ''), next }
}
