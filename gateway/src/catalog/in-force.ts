import type { Digest } from '@vedette/core/bundle/digest'
import type { Part, SignedEntry } from '@vedette/core/bundle/entry'
import type { Head, PdpState } from '@vedette/core/bundle/head'
import type { Manifest } from '@vedette/core/bundle/manifest'
import type { Json } from '@vedette/core/json/json'

import type { Deployed } from './units/workshop.ts'

/** Everything the catalogue knows at one sequence: a value. The next write makes the next one. */
export interface InForce extends Deployed {
  readonly sequence: number
  /** When the head of this sequence was issued, ms since 1970; 0 before the first write. */
  readonly issued: number
  readonly state: PdpState
  readonly manifest: Manifest
  /** Kept entries, oldest first. */
  readonly logs: Logs
  /** The content of kept entries, and what the units name. */
  readonly blobs: ReadonlyMap<Digest, Uint8Array>
  /** From where the store can build each part again. */
  readonly checkpoints: Checkpoints
}

export type Logs = Readonly<Record<Part, readonly SignedEntry[]>>

/** Where a part was written down as a whole, and how many bytes it had; sequence 0 where it never was. */
export type Checkpoints = Readonly<
  Record<Part, { readonly sequence: number; readonly bytes: number }>
>

/** What every statement of a catalogue says alike. */
export type Identity = Pick<Head, 'scope' | 'epoch' | 'maxAgeMs' | 'whenOlder' | 'hidesOpal'>

/** The whole content of a part. */
export function contentOf(
  { manifest, document }: Pick<InForce, 'manifest' | 'document'>,
  part: Part,
): Json {
  return part === 'policy' ? manifest : document
}
