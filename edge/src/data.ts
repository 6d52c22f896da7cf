import { readAtLeast } from '@vedette/core/door/at-least'
import { faultOf } from '@vedette/core/door/fault'
import { isAboutOpal, writeOpalAnswer } from '@vedette/core/door/opal'
import { pathBelowData, readQuestion, writeAnswer } from '@vedette/core/door/question'
import { parseJson } from '@vedette/core/json/parse'
import type { Context } from 'hono'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

import { decideSource, standingAt } from './decide.ts'
import type { EdgeEnv } from './env.ts'
import { hub } from './env.ts'
import { requireToken } from './token.ts'

const inputLimit = bodyLimit({ maxSize: 10 * 1024 * 1024, onError: tooLarge })

/** OPA's questions: `POST /v1/data/a/b {"input": …}`, and `GET` without input. */
export function questions(): Hono<{ Bindings: EdgeEnv }> {
  return (
    new Hono<{ Bindings: EdgeEnv }>()
      // The two probes carry a status and nothing else, so they need no credential.
      .post('/v1/data/system/opal/ready', (c) => answerOpal(c, ['system', 'opal', 'ready']))
      .post('/v1/data/system/opal/healthy', (c) => answerOpal(c, ['system', 'opal', 'healthy']))
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
  const { path, input } = readQuestion(pathBelowData(c.req.url), body)
  const atLeast = readAtLeast(c.req)
  if (isAboutOpal(path)) {
    if (atLeast) await standingAt(atLeast)
    return answerOpal(c, path)
  }
  const decision = await decideSource([...path], input, atLeast)
  return json(c, writeAnswer(decision, crypto.randomUUID()))
}

async function answerOpal(c: Context, path: readonly string[]): Promise<Response> {
  return json(c, writeOpalAnswer(parseJson(await hub().opal()), path))
}

function failure(c: Context, error: unknown): Response {
  const { status, code, message } = faultOf(error)
  return json(c, JSON.stringify({ code, message }), status)
}

function tooLarge(c: Context): Response {
  const message = 'the body is larger than this door takes'
  return json(c, JSON.stringify({ code: 'ERR_TOO_LARGE', message }), 413)
}

function json(c: Context, text: string, status: ContentfulStatusCode = 200): Response {
  return c.body(text, status, { 'content-type': 'application/json' })
}
