import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'

import { compareStrings } from '../../value.ts'
import { bytesOperand, hexFrom } from '../bytes.ts'
import { escapedPath, type GoUrl } from '../urls/url.ts'

export interface Credentials {
  readonly service: string
  readonly accessKey: string
  readonly secretKey: string
  readonly region: string
  /** Empty when there is none. */
  readonly sessionToken: string
  readonly isPayloadSigned: boolean
}

export interface SignedRequest {
  readonly method: string
  readonly url: GoUrl
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** The headers that sign a request at a time in milliseconds since 1970, as OPA's `internal/providers/aws` makes them. */
export function signV4(
  request: SignedRequest,
  credentials: Credentials,
  timeMs: number,
): ReadonlyMap<string, string> {
  const moment = momentOf(timeMs)
  const digest = credentials.isPayloadSigned ? hash(request.body) : 'UNSIGNED-PAYLOAD'
  const own = ownHeaders(request, credentials, { moment, digest })
  const signed = headersToSign(own, request.headers)
  const names = signed.map(([name]) => name).join(';')
  const { region, service, accessKey } = credentials
  const scope = `${moment.slice(0, 8)}/${region}/${service}/aws4_request`
  const canonical = hash(canonicalRequest(request, signed, { names, digest }))
  const toSign = ['AWS4-HMAC-SHA256', moment, scope, canonical].join('\n')
  const signature = hexFrom(mac(signingKey(credentials, moment.slice(0, 8)), toSign))
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope},SignedHeaders=${names},Signature=${signature}`
  return new Map([['Authorization', authorization], ...own])
}

/** `20151228T140825Z` */
function momentOf(timeMs: number): string {
  return `${new Date(timeMs).toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}Z`
}

interface Stamp {
  readonly moment: string
  readonly digest: string
}

function ownHeaders(
  { url }: SignedRequest,
  { service, sessionToken }: Credentials,
  { moment, digest }: Stamp,
): ReadonlyMap<string, string> {
  const headers = new Map([
    ['host', url.host],
    ['x-amz-date', moment],
  ])
  if (service === 's3' || service === 'glacier') headers.set('x-amz-content-sha256', digest)
  if (sessionToken !== '') headers.set('x-amz-security-token', sessionToken)
  return headers
}

/** Those that may change on their way. */
const unsigned = new Set(['authorization', 'user-agent', 'x-amzn-trace-id'])

/** By name; those of the request take the place of our own. */
function headersToSign(
  own: ReadonlyMap<string, string>,
  given: ReadonlyMap<string, string>,
): readonly (readonly [name: string, value: string])[] {
  const lowered = [...given].map(([name, value]) => [name.toLowerCase(), value] as const)
  if (new Set(lowered.map(([name]) => name)).size < given.size)
    throw new RangeError('OPA draws lots between headers of one name')
  const signed = lowered.filter(([name]) => !unsigned.has(name))
  return [...new Map([...own, ...signed])].sort(([left], [right]) => compareStrings(left, right))
}

function canonicalRequest(
  { method, url }: SignedRequest,
  headers: readonly (readonly [name: string, value: string])[],
  { names, digest }: { readonly names: string; readonly digest: string },
): string {
  const lines = headers.map(([name, value]) => `${name}:${value}`)
  return [method, escapedPath(url), url.rawQuery, ...lines, '', names, digest].join('\n')
}

function signingKey({ secretKey, region, service }: Credentials, day: string): Uint8Array {
  const steps = [day, region, service, 'aws4_request']
  return steps.reduce(mac, bytesOperand(`AWS4${secretKey}`))
}

function mac(key: Uint8Array, message: string): Uint8Array {
  return hmac(sha256, key, bytesOperand(message))
}

function hash(text: string): string {
  return hexFrom(sha256(bytesOperand(text)))
}
