import type { Digest } from '@vedette/core/bundle/digest'
import type { SignedHead } from '@vedette/core/bundle/head'
import { packBytes, packText } from '@vedette/core/protocol/blob'
import type { Blob } from '@vedette/core/protocol/blob'
import type { Push } from '@vedette/core/protocol/push'
import { protocolVersion } from '@vedette/core/protocol/version'

import type { Following } from '../catalog/catalog.ts'

const nothing: Following = { entries: [], blobs: new Map() }

/** A push of what follows, with those blobs that `carry` lets in. */
export function pushOf(
  following: Following | undefined,
  head: SignedHead | undefined,
  options: {
    readonly id: string
    readonly scope: string
    readonly carry: (bytes: Uint8Array, digest: Digest) => boolean
  },
): Push {
  const { entries, blobs } = following ?? nothing
  return {
    protocol: protocolVersion,
    id: options.id,
    scope: options.scope,
    entries: entries.map((entry) => entry.statement),
    blobs: [...blobs].filter(([digest, bytes]) => options.carry(bytes, digest)).map(pack),
    head: head?.statement ?? null,
  }
}

/** Content of entries is JSON; compiled units are bytes, and begin as every wasm does. */
function pack([digest, bytes]: readonly [Digest, Uint8Array]): Blob {
  const isWasm = bytes[0] === 0 && bytes[1] === 0x61
  return isWasm ? packBytes(digest, bytes) : packText(digest, bytes)
}
