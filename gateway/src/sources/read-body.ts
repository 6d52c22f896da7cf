import type { ReadableStream } from 'node:stream/web'

import type { Allowance } from './allowance.ts'

interface BodyOf {
  readonly body: ReadableStream<Uint8Array> | null
  readonly headers: { get(name: string): string | null }
}

/**
 * A body as text, given up as soon as it is larger than allowed: it may have no end. Throws what is no text in the
 * charset that its type names, by default UTF-8.
 */
export async function readBody({ body, headers }: BodyOf, allowance: Allowance): Promise<string> {
  const decoder = new TextDecoder(charsetOf(headers.get('content-type') ?? ''), { fatal: true })
  let text = ''
  // Leaving the loop by an error cancels the stream, and with it the connection.
  for await (const chunk of body ?? []) {
    allowance.take(chunk.byteLength)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function charsetOf(contentType: string): string {
  return /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType)?.[1] ?? 'utf-8'
}
