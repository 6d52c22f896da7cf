import { hash } from 'node:crypto'

import type { Digest } from '@vedette/core/bundle/digest'

/** Core's digest on this thread: WebCrypto hands each to another one, and to wake it takes longer than most digests do. */
export function digestOf(content: Uint8Array | string): Digest {
  return hash('sha256', content)
}
