import { VedetteError } from '@vedette/core/errors'
import type { Json, JsonObject } from '@vedette/core/json/json'
import { stringifyJson } from '@vedette/core/json/stringify'

import type { Targets } from '../health/targets.ts'
import type { Allowance } from './allowance.ts'

/** One way to bring a document from elsewhere; an entry's `config.fetcher` names it. */
export interface Fetcher {
  /** Reads an entry's configuration. Throws `ERR_FETCH_CONFIG` or `ERR_TARGET` before anything is done. */
  prepare(source: Source): Read
}

export interface Source {
  readonly url: string
  /** Everything the entry says beside `fetcher`, whose shape is the fetcher's own. */
  readonly config: JsonObject
  /** Where it may go. */
  readonly targets: Targets
}

/** Brings the document, or throws `FetchError` that says why not. */
export type Read = (limits: ReadLimits) => Promise<Json>

export interface ReadLimits {
  /** Bytes that may still be read. */
  readonly allowance: Allowance
  readonly signal: AbortSignal
}

/** `ERR_FETCH`: the source could not be read, in one sentence without what may be secret. */
export class FetchError extends VedetteError<'ERR_FETCH'> {
  override readonly name = 'FetchError'
  /** Whether another attempt may end otherwise. */
  readonly isPassing: boolean

  constructor(message: string, options: { readonly isPassing: boolean; readonly cause?: unknown }) {
    super('ERR_FETCH', message, { cause: options.cause })
    this.isPassing = options.isPassing
  }
}

/** Fetchers by the names that `config.fetcher` gives them. */
export type Fetchers = Readonly<Record<string, Fetcher>>

/** OPAL's name of what fetches over HTTP, and the default. */
const defaultFetcher = 'HttpFetchProvider'

/** The fetcher an entry asks for, prepared. Throws `ERR_FETCH_CONFIG`, `ERR_TARGET`. */
export function prepareRead(fetchers: Fetchers, source: Source): Read {
  const { fetcher, ...config } = source.config
  const wanted = fetcher ?? defaultFetcher
  const found = typeof wanted === 'string' && Object.hasOwn(fetchers, wanted) && fetchers[wanted]
  if (found) return found.prepare({ ...source, config })
  const known = Object.keys(fetchers).join(', ')
  throw new VedetteError(
    'ERR_FETCH_CONFIG',
    `no fetcher is called ${stringifyJson(wanted)}; there is ${known}`,
  )
}
