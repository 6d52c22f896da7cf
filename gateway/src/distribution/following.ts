import type { Digest } from '@vedette/core/bundle/digest'
import type { SignedHead } from '@vedette/core/bundle/head'
import { packBytes, packText } from '@vedette/core/protocol/blob'
import type { Blob } from '@vedette/core/protocol/blob'
import type { Push } from '@vedette/core/protocol/push'
import { protocolVersion } from '@vedette/core/protocol/version'

import type { Following } from '../catalog/catalog.ts'

export const nothing: Following = { entries: [], blobs: new Map() }

/** The push that carries what follows; `id` comes back with its answer, where there is one. */
export function pushOf(
  { entries, blobs }: Following,
  head: SignedHead | undefined,
  { scope, id = '' }: { readonly scope: string; readonly id?: string },
): Push {
  return {
    protocol: protocolVersion,
    id,
    scope,
    entries: entries.map((entry) => entry.statement),
    blobs: [...blobs].map(pack),
    head: head?.statement ?? null,
  }
}

/** Content of entries is JSON; compiled units are bytes, and begin as every wasm does. */
function pack([digest, bytes]: readonly [Digest, Uint8Array]): Blob {
  const isWasm = bytes[0] === 0 && bytes[1] === 0x61
  return isWasm ? packBytes(digest, bytes) : packText(digest, bytes)
}
