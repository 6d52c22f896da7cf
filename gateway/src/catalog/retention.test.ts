import type { SignedEntry } from '@vedette/core/bundle/entry'
import { emptyManifest } from '@vedette/core/bundle/manifest'
import { expect, test } from 'vitest'

import type { Checkpoints } from './in-force.ts'
import { dueCheckpoints, keptLogs, noCheckpoints } from './retention.ts'
import type { Limits } from './retention.ts'

const limits: Limits = { logEntries: 4, logBytes: 1_000_000, contentBytes: 2_000_000 }

/** A log of patches of these sizes, numbered from 1. */
function logOf(sizes: readonly number[]): {
  readonly logs: { readonly policy: []; readonly data: readonly SignedEntry[] }
  readonly blobs: ReadonlyMap<string, Uint8Array>
} {
  const data = sizes.map((_, index): SignedEntry => {
    const sequence = index + 1
    const content = `content ${sequence}`
    const transaction = { id: 'id', kind: 'data' as const }
    const entry = { scope: 's', part: 'data' as const, epoch: 1, sequence, content, transaction }
    return {
      entry: { ...entry, kind: 'patch', prev: null },
      statement: '',
      position: `p${sequence}`,
    }
  })
  const blobs = new Map(sizes.map((size, index) => [`content ${index + 1}`, new Uint8Array(size)]))
  return { logs: { policy: [], data }, blobs }
}

function checkpointsAt(data: Checkpoints['data']): Checkpoints {
  return { ...noCheckpoints, data }
}

function keptOf(sizes: readonly number[], checkpoint: number): readonly number[] {
  const { data } = keptLogs(
    { ...logOf(sizes), checkpoints: checkpointsAt({ sequence: checkpoint, bytes: 0 }) },
    limits,
  )
  return data.map(({ entry }) => entry.sequence)
}

test.each([
  ['few and small: all', [1, 1, 1, 1], 4, [1, 2, 3, 4]],
  ['too many: the latest', [1, 1, 1, 1, 1, 1], 6, [3, 4, 5, 6]],
  ['too large: the latest', [600_000, 600_000, 300_000], 3, [2, 3]],
  ['one too large: that one', [1, 2_000_000], 2, [2]],
  ['what the checkpoint leads on from: all of it', [1, 1, 1, 1, 1, 1], 0, [1, 2, 3, 4, 5, 6]],
  ['nothing: nothing', [], 0, []],
])('keeps of %s', (_, sizes, checkpoint, kept) => {
  expect(keptOf(sizes, checkpoint)).toEqual(kept)
})

function dueWith(
  sizes: readonly number[],
  checkpoint: { sequence: number; bytes: number },
): boolean {
  const document = { text: 'x'.repeat(10) }
  const growing = { ...logOf(sizes), manifest: emptyManifest, document, sequence: sizes.length }
  const due = dueCheckpoints({ ...growing, checkpoints: checkpointsAt(checkpoint) }, limits)
  return due.some(({ part }) => part === 'data')
}

test.each([
  ['of the first data', [1], { sequence: 0, bytes: 0 }, true],
  ['after small patches', [1, 1], { sequence: 1, bytes: 100 }, false],
  ['when patches outgrow a document twice', [1, 200_001], { sequence: 1, bytes: 100_000 }, true],
  ['while they are less than that', [1, 200_000], { sequence: 1, bytes: 100_000 }, false],
  ['when patches are many', [1, 1, 1, 1], { sequence: 1, bytes: 100 }, true],
  ['when the document may be too large', [1, 100], { sequence: 1, bytes: 1_999_950 }, true],
  ['without news of the data', [1], { sequence: 1, bytes: 0 }, false],
])('a checkpoint %s: %j %j %s', (_, sizes, checkpoint, isDue) => {
  expect(dueWith(sizes, checkpoint)).toBe(isDue)
})
