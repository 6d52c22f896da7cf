import type { Context, MiddlewareHandler } from 'hono'

declare module 'hono' {
  interface ContextVariableMap {
    /** Left behind for the answer: set on it at once, they cost a fraction of one by one. */
    answerHeaders: Readonly<Record<string, string>>
  }
}

/** The request's id in its canonical form, or `unknown` when it has none. */
export function requestIdHeader(unknown: string): MiddlewareHandler {
  return async function requestId(c, next) {
    c.set('answerHeaders', { 'X-ONAP-RequestID': idOf(c) ?? unknown })
    await next()
  }
}

/** The request's id, and the version headers of the Go PDP. */
export function responseHeaders(unknown: string): MiddlewareHandler {
  return async function onapHeaders(c, next) {
    c.set('answerHeaders', {
      'X-ONAP-RequestID': idOf(c) ?? unknown,
      'X-LatestVersion': '1.0.0',
      'X-MinorVersion': '0',
      'X-PatchVersion': '0',
    })
    await next()
  }
}

function idOf(c: Context): string | undefined {
  return canonicalUuid(c.req.header('x-onap-requestid'))
}

const hyphened = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const canonical = new RegExp(`^${hyphened}$`)
const spelling = new RegExp(`^(?:(?:urn:uuid:)?${hyphened}|\\{${hyphened}\\}|[0-9a-f]{32})$`, 'i')

/** Go's uuid package reads four spellings, and writes one. */
function canonicalUuid(id = ''): string | undefined {
  if (canonical.test(id)) return id
  if (!spelling.test(id)) return undefined
  const digits = id.toLowerCase().replace('urn:uuid:', '').replaceAll(/[{}-]/g, '')
  return digits.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')
}
