import * as v from 'valibot'

/** SHA-256 in lower-case hex: the address of a blob, and the identity of an entry. */
export type Digest = string

export const DigestSchema: v.GenericSchema<Digest> = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))

/** How a digest is made; a runtime may have a quicker way than `digestOf`. */
export type Digester = (content: Uint8Array | string) => Digest | Promise<Digest>

const encoder = new TextEncoder()

/** The SHA-256 of bytes, or of a text's UTF-8. */
export async function digestOf(content: Uint8Array | string): Promise<Digest> {
  const bytes = typeof content === 'string' ? encoder.encode(content) : content
  // The DOM's types ask; nothing here is in shared memory.
  const unshared = bytes as Uint8Array<ArrayBuffer>
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', unshared))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
