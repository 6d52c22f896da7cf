import { readQuestion, writeAnswer } from '@vedette/core/door/question'
import { isJsonObject } from '@vedette/core/json/equal'
import type { Json } from '@vedette/core/json/json'
import { JsonError } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import { stringifyJson } from '@vedette/core/json/stringify'
import type { Context } from 'hono'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

import { decideText } from './decide.ts'
import type { EdgeEnv } from './env.ts'
import { hub } from './env.ts'
import { undecided } from './problem.ts'
import { requireToken } from './token.ts'

const inputLimit = bodyLimit({
  maxSize: 10 * 1024 * 1024,
  onError: (c) => json(c, 413, { code: 'ERR_TOO_LARGE', message: 'a question has at most 10 MiB' }),
})

/** OPA's questions: `POST /v1/data/a/b {"input": …}`, and `GET` without input. */
export function questions(): Hono<{ Bindings: EdgeEnv }> {
  return (
    new Hono<{ Bindings: EdgeEnv }>()
      // The two probes carry a status and nothing else, so they need no credential.
      .post('/v1/data/system/opal/:member{ready|healthy}', (c) =>
        answerOpal(c, [c.req.param('member')]),
      )
      .use('/v1/data/*', requireToken(), inputLimit)
      .on(['GET', 'POST'], ['/v1/data', '/v1/data/*'], async (c) => {
        try {
          return await answer(c)
        } catch (error) {
          return failure(c, error)
        }
      })
  )
}

async function answer(c: Context): Promise<Response> {
  const body = c.req.method === 'POST' ? await c.req.text() : undefined
  const { path, input } = readQuestion(encodedPath(c.req.url), body)
  if (path[0] === 'system' && path[1] === 'opal') return answerOpal(c, path.slice(2))
  const decision = await decideText([...path], input)
  return text(c, 200, writeAnswer(decision, crypto.randomUUID()))
}

/** hono has decoded its path already, and `%2F` must not become a separator. */
function encodedPath(url: string): string {
  return new URL(url).pathname.slice('/v1/data'.length)
}

/** OPAL's document has no revision of its own: it tells how the transactions went. */
async function answerOpal(c: Context, path: readonly string[]): Promise<Response> {
  const result = memberAt(parseJson(await hub().opal()), path)
  return json(c, 200, result === undefined ? {} : { result })
}

function memberAt(document: Json, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (value, key) => (isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    document,
  )
}

function failure(c: Context, error: unknown): Response {
  const { status, code, message } = undecided(error)
  return json(c, error instanceof JsonError ? 400 : status, { code, message })
}

function json(c: Context, status: ContentfulStatusCode, body: Json): Response {
  return text(c, status, stringifyJson(body))
}

function text(c: Context, status: ContentfulStatusCode, body: string): Response {
  return c.body(body, status, { 'content-type': 'application/json' })
}
