import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'

/** Bodies of at most `maxBytes`, whether they announce their length or come in chunks; else 413. */
export function limitBody(maxBytes: number): MiddlewareHandler {
  return bodyLimit({ maxSize: maxBytes, onError: tooLarge })
}

function tooLarge(c: Context): Response {
  return c.json({ code: 'ERR_TOO_LARGE', message: 'the body is larger than this door takes' }, 413)
}
