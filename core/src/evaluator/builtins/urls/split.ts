import { checkEscapes } from '../encodings/percent.ts'
import { BuiltinError } from '../operand.ts'
import { checkHost } from './host.ts'

/** The parts of a URL as they are written, with their escapes; empty where it has none, or `undefined`. */
export interface UrlParts {
  /** In small letters. */
  readonly scheme: string
  /** All that follows the scheme where that is no path. */
  readonly opaque: string
  readonly userInfo: string | undefined
  /** With its port; `undefined` where nothing begins with two slashes. */
  readonly host: string | undefined
  readonly path: string
  readonly query: string | undefined
  readonly fragment: string
}

const none = {
  scheme: '',
  opaque: '',
  userInfo: undefined,
  host: undefined,
  path: '',
  query: undefined,
}

/** Takes a URL apart as Go's `url.Parse` (1.26) does: as lenient, and as strict. Throws `BuiltinError`. */
export function splitUrl(text: string): UrlParts {
  const [address, fragment = ''] = cut(text, '#')
  // oxlint-disable-next-line no-control-regex -- just those are no part of a URL
  if (/[\0-\x1f\x7f]/.test(address)) throw new BuiltinError('invalid control character in URL')
  const parts = address === '*' ? { ...none, path: '*' } : splitAddress(address)
  return { ...parts, fragment: checkEscapes(fragment) }
}

function splitAddress(text: string): Omit<UrlParts, 'fragment'> {
  const { scheme, rest } = cutScheme(text)
  const [hierarchy, query] = cut(rest, '?')
  const parts = { ...none, scheme, query }
  if (!hierarchy.startsWith('/')) {
    if (scheme !== '') return { ...parts, opaque: hierarchy }
    if (cut(hierarchy, '/')[0].includes(':'))
      throw new BuiltinError('first path segment in URL cannot contain colon')
  }
  const hasHost = hierarchy.startsWith('//') && (scheme !== '' || !hierarchy.startsWith('///'))
  if (!hasHost) return { ...parts, path: checkEscapes(hierarchy) }
  const [, authority = '', path = ''] = /^\/\/([^/]*)(.*)$/s.exec(hierarchy) ?? []
  return { ...parts, ...splitAuthority(scheme, authority), path: checkEscapes(path) }
}

function cutScheme(text: string): { readonly scheme: string; readonly rest: string } {
  if (text.startsWith(':')) throw new BuiltinError('missing protocol scheme')
  const scheme = /^[a-z][a-z\d+.-]*(?=:)/i.exec(text)?.[0]
  return scheme === undefined
    ? { scheme: '', rest: text }
    : { scheme: scheme.toLowerCase(), rest: text.slice(scheme.length + 1) }
}

function splitAuthority(scheme: string, authority: string): Pick<UrlParts, 'userInfo' | 'host'> {
  const at = authority.lastIndexOf('@')
  const userInfo = at === -1 ? undefined : checkEscapes(authority.slice(0, at))
  if (userInfo !== undefined && !/^[\w.:~!$&'()*+,;=%@-]*$/.test(userInfo))
    throw new BuiltinError('invalid userinfo')
  const host = authority.slice(at + 1)
  checkHost(scheme, host)
  return { userInfo, host }
}

function cut(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}
