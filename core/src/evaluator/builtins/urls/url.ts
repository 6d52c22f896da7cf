import { checkEscapes, unescapePercent } from '../encodings/percent.ts'
import { BuiltinError } from '../operand.ts'
import { escapeUrl, type UrlPart } from './escape.ts'

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

const empty: GoUrl = {
  scheme: '',
  opaque: '',
  user: undefined,
  password: undefined,
  host: '',
  path: '',
  rawPath: '',
  omitHost: false,
  forceQuery: false,
  rawQuery: '',
  fragment: '',
  rawFragment: '',
}

/** What Go refuses is a `BuiltinError`. */
export function parseUrl(text: string): GoUrl {
  const [, before = '', fragment = ''] = /^([^#]*)(?:#(.*))?$/s.exec(text) ?? []
  const url = parseWithoutFragment(before)
  return {
    ...url,
    fragment: unescapeUrl(fragment),
    rawFragment: raw(fragment, 'fragment'),
  }
}

function parseWithoutFragment(text: string): GoUrl {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\0-\x1f\x7f]/.test(text)) throw new BuiltinError('control character in URL')
  if (text === '*') return { ...empty, path: '*' }
  if (text.startsWith(':')) throw new BuiltinError('missing protocol scheme')
  const [, named, afterScheme = ''] = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(.*)$/s.exec(text) ?? []
  const scheme = named?.toLowerCase() ?? ''
  const [, rest = '', query] = /^([^?]*)(?:\?(.*))?$/s.exec(afterScheme) ?? []
  const url = { ...empty, scheme, forceQuery: query === '', rawQuery: query ?? '' }
  if (!rest.startsWith('/')) return rootless(url, rest)
  if (!rest.startsWith('//') || (scheme === '' && rest.startsWith('///')))
    return { ...withPath(url, rest), omitHost: scheme !== '' }
  const [, authority = '', path = ''] = /^\/\/([^/]*)(.*)$/s.exec(rest) ?? []
  return withPath({ ...url, ...parseAuthority(scheme, authority) }, path)
}

function rootless(url: GoUrl, rest: string): GoUrl {
  if (url.scheme !== '') return { ...url, opaque: rest }
  if (/^[^/]*:/.test(rest)) throw new BuiltinError('first path segment cannot contain colon')
  return withPath(url, rest)
}

export function withPath(url: GoUrl, path: string): GoUrl {
  return { ...url, path: unescapeUrl(path), rawPath: raw(path, 'path') }
}

function raw(text: string, part: UrlPart): string {
  return escapeUrl(unescapeUrl(text), part) === text ? '' : text
}

function parseAuthority(
  scheme: string,
  authority: string,
): Pick<GoUrl, 'user' | 'password' | 'host'> {
  const at = authority.lastIndexOf('@')
  const host = parseHost(scheme, authority.slice(at + 1))
  if (at < 0) return { user: undefined, password: undefined, host }
  const userInfo = authority.slice(0, at)
  if (!/^[\w.:~!$&'()*+,;=%@-]*$/.test(userInfo)) throw new BuiltinError('invalid userinfo')
  const [, user = '', password] = /^([^:]*)(?::(.*))?$/s.exec(userInfo) ?? []
  return {
    user: unescapeUrl(user),
    password: password === undefined ? undefined : unescapeUrl(password),
    host,
  }
}

function parseHost(scheme: string, host: string): string {
  if (host.includes('[')) throw new RangeError('hosts in brackets are not read')
  const isWeb = scheme === 'http' || scheme === 'https'
  const colon = isWeb ? host.indexOf(':') : host.lastIndexOf(':')
  if (colon >= 0 && !/^:\d*$/.test(host.slice(colon))) throw new BuiltinError('invalid port')
  if (/[ \\^`{|}%]/.test(host.replaceAll(/%(?:25|[89a-fA-F][\da-fA-F])/g, '')))
    throw new BuiltinError('invalid host')
  return unescapeUrl(host)
}

/** The path as it was written, unless that has what ought to be escaped. */
export function escapedPath({ path, rawPath }: GoUrl): string {
  if (rawPath !== '' && /^[\w.~/$&+,:;=@!'()*[\]%-]*$/.test(rawPath)) return rawPath
  return path === '*' ? '*' : escapeUrl(path, 'path')
}

/** Bytes that are no UTF-8 are refused with an error. */
function unescapeUrl(text: string): string {
  return unescapePercent(checkEscapes(text))
}
