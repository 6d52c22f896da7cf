import type { Json } from '@vedette/core/json/json'
import { stringifyJson } from '@vedette/core/json/stringify'
import type { Context } from 'hono'

/** As the Go PDP writes JSON: compact, and a line. With the headers that were left for the answer. */
export function jsonAnswer(c: Context, status: number, body: Json): Response {
  return jsonTextAnswer(c, status, `${stringifyJson(body)}\n`)
}

export function jsonTextAnswer(c: Context, status: number, text: string): Response {
  const headers = { ...c.get('answerHeaders'), 'Content-Type': 'application/json' }
  return new Response(text, { status, headers })
}

/** 204, with the headers that were left for the answer, and others. */
export function emptyAnswer(c: Context, headers: Readonly<Record<string, string>>): Response {
  return new Response(null, { status: 204, headers: { ...c.get('answerHeaders'), ...headers } })
}
