import * as v from 'valibot'

import { DigestSchema } from './digest.ts'
import { readStatement } from './entry.ts'
import type { Signer, Trust } from './signature.ts'

const counter = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** The PDP's states as the PAP names them; only `ACTIVE` decides. */
export const pdpStates = ['PASSIVE', 'SAFE', 'TEST', 'ACTIVE', 'TERMINATED'] as const
export type PdpState = (typeof pdpStates)[number]

/** Where a part is: the digest of its latest entry, and that entry's sequence. */
export const PartPositionSchema = v.strictObject({ sequence: counter, position: DigestSchema })
export type PartPosition = v.InferOutput<typeof PartPositionSchema>

/**
 * The small signed statement of where every part is. A part without entries is absent.
 * `issued` is the gateway's clock in ms since 1970; a head older than `maxAgeMs` denies or goes on as `whenOlder` says.
 */
export const HeadSchema = v.strictObject({
  scope: v.pipe(v.string(), v.minLength(1)),
  epoch: counter,
  sequence: counter,
  issued: counter,
  maxAgeMs: counter,
  whenOlder: v.picklist(['deny', 'last-known']),
  state: v.picklist(pdpStates),
  /** Policies do not see OPAL's document at `data.system.opal`. */
  hidesOpal: v.exactOptional(v.literal(true)),
  parts: v.strictObject({
    policy: v.optional(PartPositionSchema),
    data: v.optional(PartPositionSchema),
  }),
})
export type Head = v.InferOutput<typeof HeadSchema>

/** A head whose signature was made or checked here, with the exact bytes that travel. */
export interface SignedHead {
  readonly head: Head
  readonly statement: string
}

export async function signHead(head: Head, signer: Signer): Promise<SignedHead> {
  return { head, statement: await signer.sign('vedette-head+jws', JSON.stringify(head)) }
}

/** Verifies, then reads. `ERR_SIGNATURE` or `ERR_MALFORMED`. */
export async function openHead(statement: string, trust: Trust): Promise<SignedHead> {
  const payload = await trust.open('vedette-head+jws', statement)
  return { head: readStatement(HeadSchema, payload), statement }
}
