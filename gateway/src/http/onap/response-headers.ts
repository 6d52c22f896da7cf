import type { MiddlewareHandler } from 'hono'

/** The request's id in its canonical form, or `unknown` when it has none. */
export function requestIdHeader(unknown: string): MiddlewareHandler {
  return async function requestId(c, next) {
    c.header('X-ONAP-RequestID', canonicalUuid(c.req.header('x-onap-requestid')) ?? unknown)
    await next()
  }
}

/** The request's id, and the version headers of the Go PDP. */
export function responseHeaders(unknown: string): MiddlewareHandler {
  const requestId = requestIdHeader(unknown)
  return async function onapHeaders(c, next) {
    c.header('X-LatestVersion', '1.0.0')
    c.header('X-MinorVersion', '0')
    c.header('X-PatchVersion', '0')
    return requestId(c, next)
  }
}

const hyphened = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const spelling = new RegExp(`^(?:(?:urn:uuid:)?${hyphened}|\\{${hyphened}\\}|[0-9a-f]{32})$`, 'i')

/** Go's uuid package reads four spellings, and writes one. */
function canonicalUuid(id = ''): string | undefined {
  if (!spelling.test(id)) return undefined
  const digits = id.toLowerCase().replace('urn:uuid:', '').replaceAll(/[{}-]/g, '')
  return digits.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')
}
