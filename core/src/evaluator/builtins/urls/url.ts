import { checkEscapes, unescapePercent } from '../encodings/percent.ts'
import { escapeUrl, type UrlPart } from './escape.ts'
import { splitUrl } from './split.ts'

/** A URL as Go's `net/url` takes it apart (Go 1.26). */
export interface GoUrl {
  readonly scheme: string
  readonly opaque: string
  readonly user: string | undefined
  readonly password: string | undefined
  readonly host: string
  readonly path: string
  /** Only where the usual way to escape `path` would not give it back. */
  readonly rawPath: string
  readonly omitHost: boolean
  readonly forceQuery: boolean
  readonly rawQuery: string
  readonly fragment: string
  readonly rawFragment: string
}

/** What Go refuses is a `BuiltinError`. Bytes that are no UTF-8 are refused with another error. */
export function parseUrl(text: string): GoUrl {
  const { scheme, opaque, userInfo, host, path, query, fragment } = splitUrl(text)
  const [, user, password] = /^([^:]*)(?::(.*))?$/s.exec(userInfo ?? '') ?? []
  const url = {
    scheme,
    opaque,
    user: userInfo === undefined ? undefined : unescapePercent(user ?? ''),
    password: password === undefined ? undefined : unescapePercent(password),
    host: unescapePercent(host ?? ''),
    omitHost: scheme !== '' && host === undefined && path !== '',
    forceQuery: query === '',
    rawQuery: query ?? '',
    fragment: unescapePercent(fragment),
    rawFragment: raw(fragment, 'fragment'),
  }
  // Alone, `*` is all that is requested, and no path that would be escaped.
  return path === '*' && query === undefined
    ? { ...url, path, rawPath: '' }
    : { ...url, ...pathOf(path) }
}

export function withPath(url: GoUrl, path: string): GoUrl {
  return { ...url, ...pathOf(checkEscapes(path)) }
}

function pathOf(path: string): Pick<GoUrl, 'path' | 'rawPath'> {
  return { path: unescapePercent(path), rawPath: raw(path, 'path') }
}

/** What is written where the usual way to escape what it stands for would not give it back. */
function raw(text: string, part: UrlPart): string {
  return escapeUrl(unescapePercent(text), part) === text ? '' : text
}

/** The path as it was written, unless that has what ought to be escaped. */
export function escapedPath({ path, rawPath }: GoUrl): string {
  if (rawPath !== '' && /^[\w.~/$&+,:;=@!'()*[\]%-]*$/.test(rawPath)) return rawPath
  return path === '*' ? '*' : escapeUrl(path, 'path')
}
