import * as v from 'valibot'

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

const FetcherConfigSchema = v.object({
  method: v.optional(v.picklist(['get', 'post', 'put', 'patch', 'head', 'delete']), 'post'),
  headers: v.nullish(HeadersSchema, {}),
})

const url = v.pipe(v.string(), v.url())

/** OPAL's CallbackItem: a URL, `[url, HttpFetcherConfig]`, and the tutorial's `[url]`. */
const CallbackItemSchema = v.union([url, v.strictTuple([url, v.nullish(FetcherConfigSchema)])])

export const UpdateCallbackSchema = v.object({
  callbacks: v.optional(v.pipe(v.array(CallbackItemSchema), v.maxLength(20)), []),
})
export type UpdateCallback = v.InferOutput<typeof UpdateCallbackSchema>

type FetcherConfig = v.InferOutput<typeof FetcherConfigSchema>

const reportAsJson: FetcherConfig = {
  method: 'post',
  headers: { 'content-type': 'application/json' },
}

/** The targets of a list of callbacks; one without a configuration of its own gets `defaults`. */
export function targetsOf(
  { callbacks }: UpdateCallback,
  defaults: FetcherConfig,
): readonly CallbackTarget[] {
  return callbacks.map((item) => {
    const [address, own] = typeof item === 'string' ? [item] : item
    const { method, headers } = own ?? defaults
    return { url: address, method: method.toUpperCase(), headers: lowerCased(headers) }
  })
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
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text)
  if (parsed.success) return parsed.output
  throw new Error(
    `${name} is not what OPAL takes: ${parsed.issues.map((issue) => v.getDotPath(issue) ?? 'JSON').join(', ')}`,
  )
}
