import * as v from 'valibot'

import type { Digest } from '../bundle/digest.ts'
import type { SignedEntry } from '../bundle/entry.ts'
import { openEntry, parts } from '../bundle/entry.ts'
import type { SignedHead } from '../bundle/head.ts'
import { openHead } from '../bundle/head.ts'
import type { Trust } from '../bundle/signature.ts'
import { checkBlob } from '../protocol/blob.ts'
import { RefusalSchema, TransactionSchema } from '../protocol/status-report.ts'
import type { Blobs } from './content.ts'
import type { ReplicaState, Seen } from './state.ts'
import type { StorageChange } from './storage.ts'
import type { TransactionLog } from './transactions.ts'

/*
 * How a replica lies in its storage: `head` and each `entry/…` as the statement that travelled, each `blob/…` as the
 * bytes that travelled, `memory` as JSON of its own.
 */

const tally = v.object({ successful: v.number(), failed: v.number() })
const latest = v.object({
  policy: v.optional(TransactionSchema),
  data: v.optional(TransactionSchema),
})

/** What a replica remembers that nobody signed: the highest it saw, and how its transactions went. */
const MemorySchema = v.object({
  seen: v.nullable(v.object({ epoch: v.number(), sequence: v.number(), issued: v.number() })),
  refusal: v.nullable(RefusalSchema),
  transactions: v.object({
    recent: v.array(TransactionSchema),
    last: latest,
    lastFailed: latest,
    statistics: v.object({ policy: tally, data: tally }),
  }),
})

export interface Memory {
  readonly seen: Seen | null
  readonly refusal: v.InferOutput<typeof RefusalSchema> | null
  readonly transactions: TransactionLog
}

/** What was stored, verified again. */
export interface Stored {
  readonly head: SignedHead
  readonly entries: readonly SignedEntry[]
  readonly blobs: Blobs
}

type Records = ReadonlyMap<string, string | Uint8Array>

/** The memory of an earlier life, or undefined when there is none that can be read. */
export function readMemory(records: Records): Memory | undefined {
  const text = records.get('memory')
  if (typeof text !== 'string') return undefined
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), MemorySchema), text)
  return parsed.success ? (parsed.output as Memory) : undefined
}

/** Verifies every signature and digest of what was stored. Throws for the first that does not hold. */
export async function readStored(records: Records, trust: Trust): Promise<Stored | undefined> {
  const head = records.get('head')
  if (typeof head !== 'string') return undefined
  const entries: SignedEntry[] = []
  const blobs = new Map<Digest, Uint8Array>()
  for (const [key, value] of records) {
    if (key.startsWith('entry/') && typeof value === 'string')
      entries.push(await openEntry(value, trust))
    if (key.startsWith('blob/') && typeof value !== 'string') {
      const digest = key.slice('blob/'.length)
      blobs.set(digest, await checkBlob(digest, value))
    }
  }
  entries.sort((a, b) => a.entry.epoch - b.entry.epoch || a.entry.sequence - b.entry.sequence)
  return { head: await openHead(head, trust), entries, blobs }
}

/** The write that takes storage from what it holds to what is active now. `stored` names the keys it holds. */
export function changeTo(
  state: ReplicaState,
  blobs: Blobs,
  memory: Memory,
  stored: ReadonlySet<string>,
): StorageChange {
  const wanted = new Map<string, string | Uint8Array>()
  if (state.active) {
    wanted.set('head', state.active.statement)
    for (const { part, step } of activeSteps(state))
      wanted.set(`entry/${part}/${step.position}/${step.entry.kind}`, step.statement)
    for (const digest of activeBlobs(state)) wanted.set(`blob/${digest}`, blobs.get(digest) ?? '')
  }
  const put = new Map([...wanted].filter(([key]) => key === 'head' || !stored.has(key)))
  put.set('memory', JSON.stringify(memory))
  return { put, remove: [...stored].filter((key) => key !== 'memory' && !wanted.has(key)) }
}

function activeSteps(state: ReplicaState): readonly { part: string; step: SignedEntry }[] {
  return parts.flatMap((part) => {
    const end = state.logs[part].findIndex(
      (step) => step.position === state.active?.head.parts[part]?.position,
    )
    return state.logs[part].slice(0, end + 1).map((step) => ({ part, step }))
  })
}

function activeBlobs(state: ReplicaState): ReadonlySet<Digest> {
  const named = new Set<Digest>()
  const add = (digest: Digest): void => {
    named.add(digest)
    state.held.get(digest)?.forEach(add)
  }
  for (const { step } of activeSteps(state)) add(step.entry.content)
  return named
}
