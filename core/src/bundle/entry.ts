import * as v from 'valibot'

import { VedetteError } from '../errors.ts'
import type { Digest, Digester } from './digest.ts'
import { DigestSchema, digestOf } from './digest.ts'
import type { Signer, Trust } from './signature.ts'

/** What a scope is made of. Each part has its own log. */
export const parts = ['policy', 'data'] as const
export type Part = (typeof parts)[number]

const counter = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** One transaction may write entries of several parts; they share its id and kind. */
export const TransactionNameSchema = v.strictObject({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  kind: v.picklist(['policy', 'data']),
})
export type TransactionName = v.InferOutput<typeof TransactionNameSchema>

/**
 * One step of a part's log. A `snapshot` replaces the part's content, a `patch` changes it.
 *
 * The *position* of a part is the digest of the entry it is at. `prev` is the position before this step, null
 * for the first. A snapshot made later, for a reader whose position the log no longer reaches, `standsFor`
 * the position whose state it holds; steps after that one follow it as they follow the original.
 */
export const EntrySchema = v.strictObject({
  scope: v.pipe(v.string(), v.minLength(1)),
  part: v.picklist(parts),
  epoch: counter,
  sequence: counter,
  kind: v.picklist(['snapshot', 'patch']),
  prev: v.nullable(DigestSchema),
  standsFor: v.optional(DigestSchema),
  content: DigestSchema,
  transaction: TransactionNameSchema,
})
export type Entry = v.InferOutput<typeof EntrySchema>

/** An entry whose signature was made or checked here, with the exact bytes that travel. */
export interface SignedEntry {
  readonly entry: Entry
  readonly statement: string
  readonly position: Digest
}

export async function signEntry(
  entry: Entry,
  signer: Signer,
  digester: Digester = digestOf,
): Promise<SignedEntry> {
  const statement = await signer.sign('vedette-entry+jws', JSON.stringify(entry))
  return { entry, statement, position: entry.standsFor ?? (await digester(statement)) }
}

/** Verifies, then reads. `ERR_SIGNATURE` or `ERR_MALFORMED`. */
export async function openEntry(
  statement: string,
  trust: Trust,
  digester: Digester = digestOf,
): Promise<SignedEntry> {
  const payload = await trust.open('vedette-entry+jws', statement)
  const entry = readStatement(EntrySchema, payload)
  if (entry.kind === 'patch' && entry.standsFor !== undefined) {
    throw new VedetteError('ERR_MALFORMED', 'a patch stands for nothing but itself')
  }
  return { entry, statement, position: entry.standsFor ?? (await digester(statement)) }
}

/** Reads a signed payload. A trusted signer that writes another shape speaks another protocol. */
export function readStatement<Schema extends v.GenericSchema>(
  schema: Schema,
  payload: string,
): v.InferOutput<Schema> {
  try {
    return v.parse(schema, JSON.parse(payload))
  } catch (cause) {
    throw new VedetteError('ERR_MALFORMED', 'a signed statement has an unknown shape', { cause })
  }
}
