import { faultOf } from '@vedette/core/door/fault'
import type { Fault } from '@vedette/core/door/fault'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** Why a request did not go on, as members beside RFC 9457's own. */
export interface Refusal {
  readonly status: ContentfulStatusCode
  readonly title: string
  readonly code: string
  readonly detail?: string
  readonly entrypoint?: string
  readonly revision?: string
}

/** RFC 9457 problem details. */
export function problem(c: Context, refusal: Refusal): Response {
  return c.body(JSON.stringify(refusal), refusal.status, {
    'content-type': 'application/problem+json',
  })
}

/** Why a decision was not made: not now, or not at all; a wrong input is the application's, not its caller's. */
export function undecided(error: unknown): Fault & { readonly status: 500 | 503 } {
  const fault = faultOf(error)
  return { ...fault, status: fault.status === 503 ? 503 : 500 }
}
