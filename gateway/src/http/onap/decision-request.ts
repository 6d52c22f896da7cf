import type { Json } from '@vedette/core/json/json'
import * as v from 'valibot'

import { commonMembers } from './common-members.ts'
import type { RequestSchema } from './request.ts'
import { readRequest } from './request.ts'

export interface DecisionRequest {
  /** A policy's id, with dots or slashes. */
  readonly policyName: string
  readonly policyFilter: readonly string[]
  readonly input?: Json | undefined
}

/** What is wrong with a request, in the Go PDP's words, and the policy's name when it got as far as reading that. */
export interface Problem {
  readonly problem: string
  readonly policyName?: string
}

const filters = v.pipe(v.array(v.string()), v.minLength(1, 'PolicyFilter is required'))

const schema: RequestSchema<DecisionRequest> = v.object({
  ...commonMembers,
  policyFilter: v.pipe(v.nullish(v.array(v.string()), []), filters),
  input: v.optional(v.custom<Json>(() => true)),
})

export function readDecisionRequest(text: string): DecisionRequest | Problem {
  const reading = readRequest(text, schema)
  if ('undecodable' in reading) return { problem: reading.undecodable }
  if ('invalid' in reading) return { problem: reading.invalid, policyName: reading.policyName }
  return reading.request
}
