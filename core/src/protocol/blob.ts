import { base64url } from 'jose'
import * as v from 'valibot'

import type { Digest, Digester } from '../bundle/digest.ts'
import { DigestSchema, digestOf } from '../bundle/digest.ts'
import { VedetteError } from '../errors.ts'

/** Content beside the entries that name it: JSON as text, bytes as base64url. Its address is the proof of it. */
export const BlobSchema = v.union([
  v.strictObject({ digest: DigestSchema, text: v.string() }),
  v.strictObject({ digest: DigestSchema, base64url: v.string() }),
])
export type Blob = v.InferOutput<typeof BlobSchema>

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Throws for bytes that are not UTF-8. */
export function packText(digest: Digest, bytes: Uint8Array): Blob {
  return { digest, text: decoder.decode(bytes) }
}

export function packBytes(digest: Digest, bytes: Uint8Array): Blob {
  return { digest, base64url: base64url.encode(bytes) }
}

/** The bytes of a blob, once they prove to be what its address says; else `ERR_DIGEST`. */
export async function unpackBlob(blob: Blob, digester?: Digester): Promise<Uint8Array> {
  const bytes = 'text' in blob ? encoder.encode(blob.text) : decode(blob.base64url)
  return checkBlob(blob.digest, bytes, digester)
}

/** `bytes` again when their digest is the address they came under; else `ERR_DIGEST`. */
export async function checkBlob(
  digest: Digest,
  bytes: Uint8Array,
  digester: Digester = digestOf,
): Promise<Uint8Array> {
  if ((await digester(bytes)) === digest) return bytes
  throw new VedetteError('ERR_DIGEST', `content under ${digest} is not what its address says`)
}

function decode(text: string): Uint8Array {
  try {
    return base64url.decode(text)
  } catch (cause) {
    throw new VedetteError('ERR_DIGEST', 'a blob is not base64url', { cause })
  }
}
