import * as v from 'valibot'

import { readLoosely } from './python-literal.ts'

/** Where and how a report is sent. `data` and the rest of OPAL's fetcher members have no meaning for a report. */
export interface CallbackTarget {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
}

const HeadersSchema = v.pipe(
  v.record(v.string(), v.string()),
  v.check(areHeaders, 'is no set of HTTP headers'),
)

/** OPAL's HttpFetcherConfig, but for `data`: a report is what is sent. */
export const FetcherConfigSchema = v.object({
  fetcher: v.nullish(v.string(), null),
  headers: v.nullish(HeadersSchema, null),
  is_json: v.optional(v.boolean(), true),
  process_data: v.optional(v.boolean(), true),
  method: v.optional(
    v.pipe(
      v.string(),
      v.toLowerCase(),
      v.picklist(['get', 'post', 'put', 'patch', 'head', 'delete']),
    ),
    'post',
  ),
})
export type FetcherConfig = v.InferOutput<typeof FetcherConfigSchema>

export const CallbackUrlSchema = v.pipe(v.string(), v.url())

/** OPAL's CallbackItem: a URL, `[url, HttpFetcherConfig]`, and the tutorial's `[url]`. */
const CallbackItemSchema = v.union([
  CallbackUrlSchema,
  v.strictTuple([CallbackUrlSchema, v.nullish(FetcherConfigSchema)]),
])

export const UpdateCallbackSchema = v.object({
  callbacks: v.optional(v.pipe(v.array(CallbackItemSchema), v.maxLength(20)), []),
})
export type UpdateCallback = v.InferOutput<typeof UpdateCallbackSchema>

const reportAsJson: FetcherConfig = {
  fetcher: null,
  headers: { 'content-type': 'application/json' },
  is_json: true,
  process_data: false,
  method: 'post',
}

/** A callback as it was asked for, with the configuration it is sent with. */
export interface ConfiguredCallback {
  readonly url: string
  readonly config: FetcherConfig
}

/** One without a configuration of its own gets `defaults`. */
export function configuredOf(
  { callbacks }: UpdateCallback,
  defaults: FetcherConfig,
): readonly ConfiguredCallback[] {
  return callbacks.map((item) => {
    const [url, own] = typeof item === 'string' ? [item] : item
    return { url, config: own ?? defaults }
  })
}

export function targetOf({ url, config }: ConfiguredCallback): CallbackTarget {
  return { url, method: config.method.toUpperCase(), headers: lowerCased(config.headers ?? {}) }
}

/** The report's type unless they say another: two spellings of one name would be sent as two values. */
function lowerCased(headers: Readonly<Record<string, string>>): CallbackTarget['headers'] {
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
  return { ...reportAsJson.headers, ...Object.fromEntries(named) }
}

function areHeaders(headers: Readonly<Record<string, string>>): boolean {
  try {
    void new Headers(headers)
    return true
  } catch {
    return false
  }
}

/** `OPAL_DEFAULT_UPDATE_CALLBACK_CONFIG`; POST and JSON unless it says otherwise. */
export function readDefaults(text: string | undefined): FetcherConfig {
  return text
    ? readVariable('OPAL_DEFAULT_UPDATE_CALLBACK_CONFIG', FetcherConfigSchema, text)
    : reportAsJson
}

/** `OPAL_DEFAULT_UPDATE_CALLBACKS`: `{"callbacks": […]}`. */
export function readCallbacks(text: string | undefined): UpdateCallback {
  return text
    ? readVariable('OPAL_DEFAULT_UPDATE_CALLBACKS', UpdateCallbackSchema, text)
    : { callbacks: [] }
}

/** The message names the variable and never its value, which may hold a credential. */
function readVariable<Schema extends v.GenericSchema>(
  name: string,
  schema: Schema,
  text: string,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, readLoosely(text))
  if (parsed.success) return parsed.output
  throw new Error(
    `${name} is not what OPAL takes: ${parsed.issues.map((issue) => v.getDotPath(issue) ?? 'JSON').join(', ')}`,
  )
}
