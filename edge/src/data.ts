import { isJsonObject } from '@vedette/core/json/equal'
import type { Json } from '@vedette/core/json/json'
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
import { readPath, readQuestion } from './question.ts'
import { requireToken } from './token.ts'

const maxInputBytes = 1024 * 1024

const inputLimit = bodyLimit({
  maxSize: maxInputBytes,
  onError: (c) => fault(c, 413, { code: 'ERR_TOO_LARGE', message: 'an input has at most 1 MiB' }),
})

/** OPA's questions: `POST /v1/data/a/b {"input": …}`, and `GET` without input. */
export function questions(): Hono<{ Bindings: EdgeEnv }> {
  return new Hono<{ Bindings: EdgeEnv }>()
    .post('/v1/data/system/opal/:status{ready|healthy}', (c) =>
      answerOpal(c, [c.req.param('status')]),
    )
    .use('/v1/data/*', requireToken(), inputLimit)
    .on(['GET', 'POST'], ['/v1/data', '/v1/data/*'], async (c) => {
      const path = readPath(c.req.url)
      if (!path)
        return fault(c, 400, { code: 'ERR_PATH', message: 'the path is not percent-encoded' })
      if (path[0] === 'system' && path[1] === 'opal') return answerOpal(c, path.slice(2))
      const question = readQuestion(c.req.method === 'GET' ? '' : await c.req.text())
      if ('fault' in question) return fault(c, 400, { code: 'ERR_JSON', message: question.fault })
      return answer(c, path, question.input)
    })
}

async function answer(c: Context, path: string[], input: string | undefined): Promise<Response> {
  try {
    const { result, revision } = await decideText(path, input)
    const value = result === undefined ? {} : { result }
    return json(c, 200, { ...value, revision, decision_id: crypto.randomUUID() })
  } catch (error) {
    const { status, code, message } = undecided(error)
    return fault(c, status, { code, message })
  }
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

function fault(
  c: Context,
  status: ContentfulStatusCode,
  body: { readonly code: string; readonly message: string },
): Response {
  return json(c, status, body)
}

/** Answers keep every digit, which `c.json` would not. */
function json(c: Context, status: ContentfulStatusCode, body: Json): Response {
  return c.body(stringifyJson(body), status, { 'content-type': 'application/json' })
}
