import { VedetteError } from '@vedette/core/errors'

import type { Session } from './session.ts'

/** Asks a gateway or a Worker with the administrator's token; `body` makes it a POST. Gives the text of a success. */
export type Ask = (url: string, body?: string) => Promise<string>

const answerWithinMs = 10_000

export function createAsk(session: Session): Ask {
  return async function ask(url, body) {
    const target = new URL(url, location.href)
    for (;;) {
      const token = await session.token()
      const response = await send(target, token, body)
      const text = await response.text()
      if (response.ok) return text
      // A Worker may have a token of its own: only the gateway's word makes us ask for another one.
      if (response.status !== 401 || target.origin !== location.origin)
        throw failureOf(response.status, text)
      session.refuse(token)
    }
  }
}

async function send(target: URL, token: string, body: string | undefined): Promise<Response> {
  try {
    return await fetch(target, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body ?? null,
      cache: 'no-store',
      signal: AbortSignal.timeout(answerWithinMs),
    })
  } catch (cause) {
    throw new VedetteError('ERR_UNREACHABLE', `${target.host} does not answer`, { cause })
  }
}

/** The doors say `{code, message}`; OPAL's say `{detail}`; a proxy between says whatever it likes. */
function failureOf(status: number, text: string): VedetteError<string> {
  const body = objectOf(text)
  const detail = body['detail'] === undefined ? `status ${status}` : JSON.stringify(body['detail'])
  return new VedetteError(
    typeof body['code'] === 'string' ? body['code'] : 'ERR_REFUSED',
    typeof body['message'] === 'string' ? body['message'] : detail,
  )
}

function objectOf(text: string): { readonly [member: string]: unknown } {
  try {
    return Object(JSON.parse(text)) as { readonly [member: string]: unknown }
  } catch {
    return {}
  }
}
