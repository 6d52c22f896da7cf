import * as v from 'valibot'

import type { Digest } from '../bundle/digest.ts'
import type { SignedEntry } from '../bundle/entry.ts'
import { openEntry } from '../bundle/entry.ts'
import type { SignedHead } from '../bundle/head.ts'
import { openHead } from '../bundle/head.ts'
import { compareRevisions } from '../bundle/revision.ts'
import type { Trust } from '../bundle/signature.ts'
import { VedetteError } from '../errors.ts'
import { checkBlob } from '../protocol/blob.ts'
import { LatestSchema, RefusalSchema, StatusReportSchema } from '../protocol/status-report.ts'
import type { Blobs } from './content.ts'
import type { Log } from './log.ts'
import type { ReplicaState, Seen } from './state.ts'
import { contentOf } from './state.ts'
import type { TransactionLog } from './transactions.ts'

/*
 * How a replica lies in its storage: `head` and each `entry/…` as the statement that travelled, each `blob/…` as the
 * bytes that travelled, `memory` as JSON of its own.
 */

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** What a replica remembers that nobody signed: the latest head it saw, and how its transactions went. */
const MemorySchema = v.object({
  scope: v.string(),
  seen: v.nullable(v.object({ epoch: count, sequence: count, issued: count })),
  refusal: v.nullable(RefusalSchema),
  transactions: v.object({
    recent: StatusReportSchema.entries.transactions,
    last: LatestSchema,
    lastFailed: LatestSchema,
    statistics: StatusReportSchema.entries.statistics,
  }),
})

export interface Memory {
  readonly scope: string
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

export type Records = ReadonlyMap<string, string | Uint8Array>

/** The memory of an earlier life in this scope, or undefined when there is none that can be read. */
export function readMemory(records: Records, scope: string): Memory | undefined {
  const text = records.get('memory')
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), MemorySchema), text)
  return parsed.success && parsed.output.scope === scope ? parsed.output : undefined
}

/** Verifies every signature and digest of what was stored. Throws for the first that does not hold. */
export async function readStored(records: Records, trust: Trust): Promise<Stored | undefined> {
  const keys = contentKeys(records.keys())
  if (keys.length === 0) return undefined
  const head = await openHead(textAt(records, 'head'), trust)
  const entries: SignedEntry[] = []
  const blobs = new Map<Digest, Uint8Array>()
  for (const key of keys) {
    const [kind, digest = ''] = key.split('/')
    if (kind === 'entry') entries.push(await openEntry(textAt(records, key), trust))
    if (kind === 'blob') blobs.set(digest, await checkBlob(digest, bytesAt(records, key)))
  }
  entries.sort((a, b) => compareRevisions(a.entry, b.entry))
  return { head, entries, blobs }
}

/** The keys of what came from the gateway. */
export function contentKeys(keys: Iterable<string>): readonly string[] {
  return [...keys].filter((key) => key !== 'memory')
}

/** What is stored of these steps: the head that decides by them, their statements, and the content they name. */
export function recordsOf(state: ReplicaState, steps: Log, blobs: Blobs): Records {
  const records = new Map<string, string | Uint8Array>()
  if (state.active) records.set('head', state.active.statement)
  for (const { entry, position, statement } of steps)
    records.set(`entry/${entry.part}/${position}/${entry.kind}`, statement)
  for (const digest of contentOf(steps, state.held)) {
    const bytes = blobs.get(digest)
    if (bytes) records.set(`blob/${digest}`, bytes)
  }
  return records
}

export function writeMemory(memory: Memory): string {
  return JSON.stringify(memory)
}

function textAt(records: Records, key: string): string {
  const value = records.get(key)
  if (typeof value === 'string') return value
  throw new VedetteError('ERR_STORAGE', `storage lost its ${key}`)
}

function bytesAt(records: Records, key: string): Uint8Array {
  const value = records.get(key)
  if (value !== undefined && typeof value !== 'string') return value
  throw new VedetteError('ERR_STORAGE', `storage lost its ${key}`)
}
