import type { Digest } from '@vedette/core/bundle/digest'
import type { Part, SignedEntry } from '@vedette/core/bundle/entry'
import type { Head, PdpState } from '@vedette/core/bundle/head'
import type { Manifest } from '@vedette/core/bundle/manifest'

import type { Contents } from './assemble.ts'

/** Everything the catalogue knows at one sequence: a value. The next write makes the next one. */
export interface InForce extends Contents {
  readonly sequence: number
  /** When the head of this sequence was issued, ms since 1970; 0 before the first write. */
  readonly issued: number
  readonly state: PdpState
  readonly manifest: Manifest
  /** Kept entries, oldest first. Of the policies only the latest is kept: each is a snapshot. */
  readonly logs: Logs
  /** The content of kept entries, and the units of the manifest. */
  readonly blobs: ReadonlyMap<Digest, Uint8Array>
  /** From where the store can build the document again, and how many bytes it had. */
  readonly checkpoint: { readonly sequence: number; readonly bytes: number }
}

export type Logs = Readonly<Record<Part, readonly SignedEntry[]>>

/** What every statement of a catalogue says alike. */
export type Identity = Pick<Head, 'scope' | 'epoch' | 'maxAgeMs' | 'whenOlder'>
