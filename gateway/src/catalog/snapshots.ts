import type { Digest } from '@vedette/core/bundle/digest'
import type { Part, SignedEntry } from '@vedette/core/bundle/entry'

import type { InForce } from './in-force.ts'
import type { Press, Steps } from './publication.ts'
import { signSnapshot } from './publication.ts'

/** The snapshot of each part that was made last. */
export interface Snapshots {
  /** Made once for as long as the part is where it was. */
  of(current: InForce, part: Part): Promise<Steps>
  /** Content that one of them names. */
  blob(digest: Digest): Promise<Uint8Array | undefined>
}

interface Snapshot {
  readonly tip: SignedEntry | undefined
  readonly steps: Promise<Steps>
}

export function createSnapshots(press: Press): Snapshots {
  const latest = new Map<Part, Snapshot>()
  return {
    of(current, part) {
      const tip = current.logs[part].at(-1)
      const last = latest.get(part)
      if (last && last.tip === tip) return last.steps
      const steps = signSnapshot(current, part, press)
      latest.set(part, { tip, steps })
      return steps
    },
    async blob(digest) {
      const made = await Promise.all([...latest.values()].map(({ steps }) => steps))
      return made.map(({ blobs }) => blobs.get(digest)).find((bytes) => bytes !== undefined)
    },
  }
}
