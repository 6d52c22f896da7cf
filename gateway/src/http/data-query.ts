import { randomUUID } from 'node:crypto'

import { faultOf } from '@vedette/core/door/fault'
import { isAboutOpal, writeOpalAnswer } from '@vedette/core/door/opal'
import { pathBelowData, readQuestion, writeAnswer } from '@vedette/core/door/question'
import type { Decision } from '@vedette/core/evaluator/decision'
import type { JsonObject } from '@vedette/core/json/json'
import type { JsonSource } from '@vedette/core/json/source'
import { Hono } from 'hono'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

import { atLeast } from './at-least.ts'
import { bearer } from './auth.ts'
import { limitBody } from './body.ts'
import type { Explain, ExplainedDecision } from './explain.ts'

export interface DataQueryOptions {
  readonly token: string
  readonly own: Parameters<typeof atLeast>[0]
  readonly decide: (path: readonly string[], input: JsonSource | undefined) => Decision
  readonly explain: Explain
  /** The document OPAL's users know as `data.system.opal`. */
  readonly opalDocument: () => JsonObject
}

const inputBytes = 10 * 1024 * 1024

/** OPA's data API: `POST` and `GET /v1/data/…`, with `?explain=full` also why, and OPAL's health under `system/opal`. */
export function dataQueryDoor({
  token,
  own,
  decide,
  explain,
  opalDocument,
}: DataQueryOptions): Hono {
  const door = new Hono()

  // The two probes carry a status and nothing else, so they need no credential.
  for (const status of ['ready', 'healthy'])
    door.post(`/system/opal/${status}`, (c) =>
      json(c, writeOpalAnswer(opalDocument(), ['system', 'opal', status])),
    )

  door.use(bearer(token), limitBody(inputBytes), atLeast(own))
  door.on(['GET', 'POST'], ['/', '/*'], async (c) => {
    const body = c.req.method === 'POST' ? await c.req.text() : undefined
    try {
      const { path, input } = readQuestion(pathBelowData(c.req.url), body)
      if (isAboutOpal(path)) return json(c, writeOpalAnswer(opalDocument(), path))
      if (wantsExplanation(c)) return json(c, explainedAnswer(await explain(path, input)))
      return json(c, writeAnswer(decide(path, input), randomUUID()))
    } catch (error) {
      const { status, code, message } = faultOf(error)
      return json(c, JSON.stringify({ code, message }), status)
    }
  })
  return door
}

/** As OPA's clients ask for it; whatever they say but `off`, the explanation is ours, of rules and expressions. */
function wantsExplanation(c: Context): boolean {
  const explain = c.req.query('explain')
  return explain !== undefined && explain !== 'off'
}

function explainedAnswer({ decision, explanation, truncated }: ExplainedDecision): string {
  const answer = writeAnswer(decision, randomUUID()).slice(0, -1)
  const more = truncated ? ',"truncated":true' : ''
  return `${answer},"explanation":${JSON.stringify(explanation)}${more}}`
}

function json(c: Context, text: string, status: ContentfulStatusCode = 200): Response {
  return c.body(text, status, { 'content-type': 'application/json' })
}
