import { messageOf } from '@vedette/core/errors'
import type { Json } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import * as v from 'valibot'

/** A request as the Go PDP knows it. */
export interface RequestForm<Output> {
  readonly schema: v.GenericSchema<unknown, Output>
  /** Its Go type, and what its arrays hold: Go's decoder names them. */
  readonly type: string
  readonly items: Readonly<Record<string, string>>
}

/** Go stops where it cannot decode a member, and lists what is wrong only with a request it could decode. */
export type Reading<Output> =
  | { readonly request: Output }
  | { readonly undecodable: string }
  | { readonly invalid: string; readonly policyName: string }

export function readRequest<Output>(text: string, form: RequestForm<Output>): Reading<Output> {
  try {
    return checkRequest(parseJson(text), form)
  } catch (error) {
    return { undecodable: text.trim() === '' ? 'EOF' : messageOf(error) }
  }
}

function checkRequest<Output>(body: Json, form: RequestForm<Output>): Reading<Output> {
  // To valibot an array is an object, too.
  const checked = v.safeParse(form.schema, Array.isArray(body) ? undefined : body)
  if (checked.success) return { request: checked.output }
  const undecodable = checked.issues.find(({ kind }) => kind === 'schema')
  if (undecodable) return { undecodable: decodeProblem(body, undecodable, form) }
  const { policyName } = body as { readonly policyName?: string | null }
  const invalid = checked.issues.map(({ message }) => message).join(', ')
  return { invalid, policyName: policyName ?? '' }
}

function decodeProblem(
  body: Json,
  { path, type, input }: v.BaseIssue<unknown>,
  form: Pick<RequestForm<unknown>, 'type' | 'items'>,
): string {
  const [member] = path ?? []
  if (!member) return `json: cannot unmarshal ${goKind(body)} into Go value of type ${form.type}`
  const item = form.items[String(member.key)] ?? 'string'
  const place = `struct field ${form.type}.${String(member.key)}`
  const wanted = type === 'array' ? `[]${item}` : item
  return `json: cannot unmarshal ${goKind(input)} into Go ${place} of type ${wanted}`
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint') return 'number'
  return typeof value
}
