import { VedetteError } from '@vedette/core/errors'
import { isJsonObject } from '@vedette/core/json/equal'
import type { Json, JsonObject } from '@vedette/core/json/json'
import { stringifyJson } from '@vedette/core/json/stringify'
import * as v from 'valibot'

import { issueText } from './issue-text.ts'
import { NumberSchema } from './number.ts'

const methods = ['get', 'post', 'put', 'patch', 'head', 'delete'] as const

const HttpConfigSchema = v.object({
  method: v.nullish(
    v.pipe(
      v.string(),
      v.transform((method) => method.toLowerCase()),
      v.picklist(methods),
    ),
    'get',
  ),
  headers: v.nullish(
    v.pipe(v.record(v.string(), v.string()), v.check(areHeaders, 'is no set of HTTP headers')),
    {},
  ),
  data: v.optional(v.unknown()),
  is_json: v.nullish(v.boolean(), true),
  /** Seconds for one attempt. */
  timeout: v.nullish(v.pipe(NumberSchema, v.gtValue(0), v.maxValue(300))),
  /** Further attempts after one that may have failed by chance. */
  retries: v.nullish(v.pipe(NumberSchema, v.integer(), v.minValue(0), v.maxValue(10)), 3),
})

/** OPAL's HttpFetcherConfig, and `timeout` and `retries`. */
export interface HttpRequest {
  readonly method: string
  readonly headers: Headers
  readonly body: string | null
  readonly isJson: boolean
  readonly timeoutMs: number | undefined
  readonly retries: number
}

/** Throws `ERR_FETCH_CONFIG`, which names the member and never its value. */
export function readHttpConfig(config: JsonObject): HttpRequest {
  const parsed = v.safeParse(HttpConfigSchema, config)
  if (!parsed.success) throw refusal(`config.${issueText(parsed.issues[0])}`)
  const { method, headers, is_json, timeout, retries } = parsed.output
  const data = (parsed.output.data ?? null) as Json
  if (data !== null && (method === 'get' || method === 'head'))
    throw refusal(`config.data: a ${method.toUpperCase()} has no body`)
  return {
    method: method.toUpperCase(),
    headers: withContentType(new Headers(headers), data),
    body: data === null || typeof data === 'string' ? data : stringifyJson(data),
    isJson: is_json,
    timeoutMs: timeout ? timeout * 1000 : undefined,
    retries,
  }
}

function withContentType(headers: Headers, data: Json): Headers {
  const isJson = isJsonObject(data) || Array.isArray(data)
  if (isJson && !headers.has('content-type')) headers.set('content-type', 'application/json')
  return headers
}

function refusal(message: string): VedetteError<'ERR_FETCH_CONFIG'> {
  return new VedetteError('ERR_FETCH_CONFIG', message)
}

function areHeaders(headers: Readonly<Record<string, string>>): boolean {
  try {
    void new Headers(headers)
    return true
  } catch {
    return false
  }
}
