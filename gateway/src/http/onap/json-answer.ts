import type { Json } from '@vedette/core/json/json'
import { stringifyJson } from '@vedette/core/json/stringify'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** As the Go PDP writes JSON: compact, and a line. */
export function jsonAnswer(c: Context, status: ContentfulStatusCode, body: Json): Response {
  return jsonTextAnswer(c, status, `${stringifyJson(body)}\n`)
}

export function jsonTextAnswer(c: Context, status: ContentfulStatusCode, text: string): Response {
  return c.body(text, status, { 'content-type': 'application/json' })
}
