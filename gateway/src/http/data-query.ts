import { randomUUID } from 'node:crypto'

import { readQuestion, writeAnswer } from '@vedette/core/door/question'
import { VedetteError, codeOf, messageOf } from '@vedette/core/errors'
import type { Decision } from '@vedette/core/evaluator/decision'
import { JsonError } from '@vedette/core/json/json'
import type { Json } from '@vedette/core/json/json'
import { stringifyJson } from '@vedette/core/json/stringify'
import { Hono } from 'hono'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

import { bearer } from './auth.ts'
import { tooLarge } from './body.ts'

export interface DataQueryOptions {
  readonly token: string
  readonly decide: (path: readonly string[], input: string | undefined) => Decision
  /** The document OPAL's users know as `data.system.opal`. */
  readonly opalDocument: () => { readonly [member: string]: Json }
}

/** OPA's data API: `POST` and `GET /v1/data/…`, and OPAL's health under `system/opal`. */
export function dataQueryDoor({ token, decide, opalDocument }: DataQueryOptions): Hono {
  const door = new Hono()
  const guard = bearer(token)

  // The two probes carry a status and nothing else, so they need no credential.
  door.post('/system/opal/:member{ready|healthy}', (c) =>
    json(c, { result: opalDocument()[c.req.param('member')] ?? false }),
  )
  door.use(guard)
  door.on(['GET', 'POST'], ['/system/opal', '/system/opal/:member'], (c) => {
    const member = c.req.param('member')
    const document = opalDocument()
    const result = member === undefined ? document : document[member]
    return json(c, result === undefined ? {} : { result })
  })

  door.on(
    ['GET', 'POST'],
    ['/', '/*'],
    bodyLimit({ maxSize: 10 * 1024 * 1024, onError: tooLarge }),
    async (c) => {
      try {
        const body = c.req.method === 'POST' ? await c.req.text() : undefined
        const { path, input } = readQuestion(pathAfter(c.req.url, '/v1/data'), body)
        return text(c, writeAnswer(decide(path, input), randomUUID()), 200)
      } catch (error) {
        return failure(c, error)
      }
    },
  )
  return door
}

/** The path behind a door as it was sent: hono has decoded it already, and `%2F` must not become a separator. */
function pathAfter(url: string, door: string): string {
  return new URL(url).pathname.slice(door.length)
}

function failure(c: Context, error: unknown): Response {
  const code = codeOf(error, 'ERR_EVALUATION')
  return text(c, stringifyJson({ code, message: messageOf(error) }), statusOf(error))
}

function statusOf(error: unknown): ContentfulStatusCode {
  if (error instanceof JsonError) return 400
  return error instanceof VedetteError ? 503 : 500
}

function json(c: Context, body: Json): Response {
  return text(c, stringifyJson(body), 200)
}

function text(c: Context, body: string, status: ContentfulStatusCode): Response {
  return c.body(body, status, { 'content-type': 'application/json' })
}
