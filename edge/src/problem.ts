import { codeOf, messageOf } from '@vedette/core/errors'
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

/** A decision that was not made: its code, its message, and the status to answer with. */
export interface Undecided {
  readonly status: 500 | 503
  readonly code: string
  readonly message: string
}

const notNow: readonly string[] = ['ERR_NOT_READY', 'ERR_PASSIVE', 'ERR_STALE']

export function undecided(error: unknown): Undecided {
  const code = codeOf(error, 'ERR_EVALUATION')
  return { status: notNow.includes(code) ? 503 : 500, code, message: messageOf(error) }
}
