import { messageOf } from '@vedette/core/errors'
import type { Json, JsonObject } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import * as v from 'valibot'

import { commonMembers } from './common-members.ts'

export interface DecisionRequest {
  /** A policy's id, with dots or slashes. */
  readonly policyName: string
  readonly policyFilter: readonly string[]
  readonly input: Json | undefined
}

/** What is wrong with a request, in the Go PDP's words, and the policy's name when it got as far as reading that. */
export interface Problem {
  readonly problem: string
  readonly policyName?: string
}

const name = v.pipe(
  v.string(),
  v.check((text) => text.trim() !== '', 'PolicyName is required and cannot be empty'),
)
const filters = v.pipe(v.array(v.string()), v.minLength(1, 'PolicyFilter is required'))

/** To Go, `null` is a member that is not there. */
const RequestSchema = v.object({
  ...commonMembers,
  policyName: v.pipe(v.nullish(v.string(), ''), name),
  policyFilter: v.pipe(v.nullish(v.array(v.string()), []), filters),
})

export function readDecisionRequest(text: string): DecisionRequest | Problem {
  try {
    return checkRequest(parseJson(text))
  } catch (error) {
    return { problem: text.trim() === '' ? 'EOF' : messageOf(error) }
  }
}

function checkRequest(body: Json): DecisionRequest | Problem {
  const checked = v.safeParse(RequestSchema, body)
  if (checked.success) return { ...checked.output, input: (body as JsonObject)['input'] }
  // Go stops where it cannot decode a member, and lists what is wrong only with a request it could decode.
  const undecodable = checked.issues.find(({ kind }) => kind === 'schema')
  if (undecodable) return { problem: decodeProblem(undecodable) }
  return {
    problem: checked.issues.map(({ message }) => message).join(', '),
    policyName: (body as { readonly policyName?: string | null }).policyName ?? '',
  }
}

function decodeProblem(issue: v.InferIssue<typeof RequestSchema>): string {
  const [member] = issue.path ?? []
  const place = member ? `struct field OPADecisionRequest.${String(member.key)}` : 'value'
  const wanted = member ? (issue.type === 'array' ? '[]string' : 'string') : 'OPADecisionRequest'
  return `json: cannot unmarshal ${goKind(issue.input)} into Go ${place} of type ${wanted}`
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint') return 'number'
  return typeof value
}
