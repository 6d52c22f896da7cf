import type { Context } from 'hono'

/** The answer to a body over its limit. */
export function tooLarge(c: Context): Response {
  return c.json({ code: 'ERR_TOO_LARGE', message: 'the body is larger than this door takes' }, 413)
}
