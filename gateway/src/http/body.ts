import { VedetteError } from '@vedette/core/errors'
import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'

type Refuse = (c: Context) => Response

/** Bodies of at most `maxBytes`, whether they announce their length or come in chunks; by default else 413. */
export function limitBody(maxBytes: number, refuse: Refuse = tooLarge): MiddlewareHandler {
  const limitChunks = bodyLimit({ maxSize: maxBytes, onError: refuse })
  return async function limitBytes(c, next) {
    const announced = c.req.header('content-length')
    // Node holds a body to the length it announces, so there is no need to stand in its way.
    if (announced === undefined || c.req.header('transfer-encoding')) return limitChunks(c, next)
    return Number(announced) > maxBytes ? refuse(c) : next()
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** A body's text, as it is: `ERR_JSON` for bytes that are none, which `text()` would take for other characters. */
export async function textOf(c: Context): Promise<string> {
  const bytes = await c.req.arrayBuffer()
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new VedetteError('ERR_JSON', 'the body is no UTF-8', { cause })
  }
}

function tooLarge(c: Context): Response {
  return c.json({ code: 'ERR_TOO_LARGE', message: 'the body is larger than this door takes' }, 413)
}
