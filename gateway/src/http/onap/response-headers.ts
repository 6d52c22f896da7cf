import type { MiddlewareHandler } from 'hono'

const uuid =
  /^(?:urn:uuid:)?\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i

/** The version headers of the Go PDP, and the request's id in its canonical form, or `unknown` when it has none. */
export function responseHeaders(unknown: string): MiddlewareHandler {
  return async function onapHeaders(c, next) {
    c.header('X-ONAP-RequestID', canonical(c.req.header('x-onap-requestid')) ?? unknown)
    c.header('X-LatestVersion', '1.0.0')
    c.header('X-MinorVersion', '0')
    c.header('X-PatchVersion', '0')
    await next()
  }
}

function canonical(id: string | undefined): string | undefined {
  return uuid
    .exec(id ?? '')
    ?.slice(1)
    .join('-')
    .toLowerCase()
}
