import {
  entriesOf,
  getMember,
  RegoObject,
  type RegoObjectValue,
  type RegoValue,
} from '../../value.ts'
import { marshalJson } from '../encodings/json-write.ts'
import { BuiltinError, int64Operand, objectOperand } from '../operand.ts'
import { parseUrl } from '../urls/url.ts'
import { signV4, type Credentials } from './signature.ts'

/** The request with the headers of a signature (AWS Signature Version 4) at a time in nanoseconds since 1970. */
export function signRequest([request, config, time]: readonly RegoValue[]): RegoValue {
  const credentials = readCredentials(objectOperand(config))
  const given = checkRequest(objectOperand(request))
  const [url, method] = [textMember(given, 'url'), textMember(given, 'method')]
  const headers = headersOf(getMember(given, 'headers'))
  const signed = signV4(
    { method, url: parseUrl(url), headers, body: bodyOf(given) },
    credentials,
    millisecondsOf(int64Operand(time)),
  )
  const all = { ...Object.fromEntries(headers), ...Object.fromEntries(signed) }
  return new RegoObject([...entriesOf(given), ['headers', all]])
}

const nsPerMs = 1_000_000n

function millisecondsOf(ns: bigint): number {
  const isBetween = ns < 0n && ns % nsPerMs !== 0n
  return Number(ns / nsPerMs) - (isBetween ? 1 : 0)
}

const requestKeys = new Set(
  `method url body enable_redirect force_json_decode force_yaml_decode headers raw_body
  tls_use_system_certs tls_ca_cert tls_ca_cert_file tls_ca_cert_env_variable tls_client_cert
  tls_client_cert_file tls_client_cert_env_variable tls_client_key tls_client_key_file
  tls_client_key_env_variable tls_insecure_skip_verify tls_server_name timeout cache force_cache
  force_cache_duration_seconds raise_error caching_mode max_retry_attempts
  cache_ignored_headers`.split(/\s+/),
)

function checkRequest(request: RegoObjectValue): RegoObjectValue {
  for (const [key] of entriesOf(request))
    if (typeof key !== 'string' || !requestKeys.has(key))
      throw new BuiltinError('invalid request parameters')
  return request
}

function readCredentials(config: RegoObjectValue): Credentials {
  const setting = getMember(config, 'disable_payload_signing')
  const isUnsigned = setting === undefined ? false : setting
  const token = getMember(config, 'aws_session_token')
  const credentials = {
    service: textMember(config, 'aws_service'),
    accessKey: textMember(config, 'aws_access_key'),
    secretKey: textMember(config, 'aws_secret_access_key'),
    region: textMember(config, 'aws_region'),
    sessionToken: textOf(token),
  }
  if (typeof isUnsigned !== 'boolean')
    throw new BuiltinError("invalid value for 'disable_payload_signing' in AWS config")
  return { ...credentials, isPayloadSigned: !isUnsigned }
}

/** What is no text counts as an empty one. */
function headersOf(headers: RegoValue | undefined): ReadonlyMap<string, string> {
  if (headers === undefined) return new Map()
  const entries = entriesOf(objectOperand(headers))
  return new Map(entries.map(([name, value]) => [textOf(name), textOf(value)]))
}

function bodyOf(request: RegoObjectValue): string {
  const [body, rawBody] = [getMember(request, 'body'), getMember(request, 'raw_body')]
  if (rawBody !== undefined) return textOf(rawBody)
  return body === undefined ? '' : marshalJson(body)
}

function textOf(value: RegoValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

function textMember(object: RegoObjectValue, name: string): string {
  const value = getMember(object, name)
  if (typeof value !== 'string') throw new BuiltinError(`missing or invalid ${name}`)
  return value
}
