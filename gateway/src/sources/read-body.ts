import type { ReadableStream } from 'node:stream/web'

import type { Allowance } from './allowance.ts'

/** A body as text, given up as soon as it is larger than allowed: it may have no end. */
export async function readBody(
  body: ReadableStream<Uint8Array> | null,
  allowance: Allowance,
): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  // Leaving the loop by an error cancels the stream, and with it the connection.
  for await (const chunk of body ?? []) {
    allowance.take(chunk.byteLength)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
