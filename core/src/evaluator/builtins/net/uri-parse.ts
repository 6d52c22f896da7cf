import { checkEscapes } from '../encodings/percent.ts'
import { BuiltinError } from '../operand.ts'
import { parseAddress } from './address.ts'

/** The parts of a URI, empty where it has none; host, path and fragment with their escapes. */
export type Uri = {
  readonly scheme: string
  readonly hostname: string
  readonly port: string
  readonly path: string
  readonly query: string
  readonly fragment: string
}

/** Go's `url.Parse` (1.26): as lenient, and as strict. Throws `BuiltinError`. */
export function parseUri(text: string): Uri {
  const [address, fragment] = cut(text, '#')
  // oxlint-disable-next-line no-control-regex -- just those are no part of a URI
  if (/[\0-\x1f\x7f]/.test(address)) throw new BuiltinError('invalid control character in URL')
  const parts = address === '*' ? { ...none, path: '*' } : parseAddressParts(address)
  return { ...parts, fragment: checkEscapes(fragment) }
}

const none = { scheme: '', hostname: '', port: '', path: '', query: '' }

function parseAddressParts(text: string): Omit<Uri, 'fragment'> {
  const { scheme, rest } = cutScheme(text)
  const [hierarchy, query] = cut(rest, '?')
  const parts = { ...none, scheme, query }
  if (!hierarchy.startsWith('/')) {
    if (scheme !== '') return parts
    if (cut(hierarchy, '/')[0].includes(':'))
      throw new BuiltinError('first path segment in URL cannot contain colon')
  }
  const hasHost = hierarchy.startsWith('//') && (scheme !== '' || !hierarchy.startsWith('///'))
  if (!hasHost) return { ...parts, path: checkEscapes(hierarchy) }
  const [, authority = '', path = ''] = /^\/\/([^/]*)(.*)$/s.exec(hierarchy) ?? []
  return { ...parts, ...parseAuthority(scheme, authority), path: checkEscapes(path) }
}

function cutScheme(text: string): { readonly scheme: string; readonly rest: string } {
  if (text.startsWith(':')) throw new BuiltinError('missing protocol scheme')
  const scheme = /^[a-z][a-z\d+.-]*(?=:)/i.exec(text)?.[0]
  return scheme === undefined
    ? { scheme: '', rest: text }
    : { scheme: scheme.toLowerCase(), rest: text.slice(scheme.length + 1) }
}

type Host = Pick<Uri, 'hostname' | 'port'>

function parseAuthority(scheme: string, authority: string): Host {
  const at = authority.lastIndexOf('@')
  const user = checkEscapes(authority.slice(0, Math.max(at, 0)))
  if (!/^[\w.:~!$&'()*+,;=%@-]*$/.test(user)) throw new BuiltinError('invalid userinfo')
  const host = authority.slice(at + 1)
  if (host.includes('[')) return parseLiteral(host)
  checkPort(host.slice(portStart(scheme, host)))
  checkHost(host)
  return splitPort(host)
}

/** Where the port begins: of several colons the first counts in HTTP, the last elsewhere. */
function portStart(scheme: string, host: string): number {
  const isHttp = scheme === 'http' || scheme === 'https'
  const colon = isHttp ? host.indexOf(':') : host.lastIndexOf(':')
  return colon === -1 ? host.length : colon
}

/** `[address]:port` of version 6, perhaps with a zone behind `%25`. */
function parseLiteral(host: string): Host {
  const [, literal = '', port = ''] = /^\[([^[]*)\]([^\]]*)$/.exec(host) ?? []
  const [address, zone] = literal.includes('%25') ? cut(literal, '%25') : [literal, undefined]
  if (!address.includes(':') || parseAddress(address) === undefined || zone === '')
    throw new BuiltinError('invalid host')
  checkPort(port)
  if (zone !== undefined) checkZone(zone)
  return { hostname: literal, port: port.slice(1) }
}

function checkPort(port: string): void {
  if (!/^(?::\d*)?$/.test(port)) throw new BuiltinError('invalid port after host')
}

/** Only what is no ASCII may be escaped, and `%`. */
function checkHost(host: string): void {
  checkEscapes(host)
  if (/%(?!25)[0-7]/.test(host) || /[^\w!"$%&'()*+,.:;<=>[\]~\u0080-\uffff-]/.test(host))
    throw new BuiltinError('invalid character in host name')
}

/** A zone escapes the space, `%`, and what a host may hold plainly. */
function checkZone(zone: string): void {
  const plain = checkEscapes(zone).replace(/%[0-7][\da-f]/gi, unescapeZone)
  if (plain.includes('%')) throw new BuiltinError('invalid URL escape')
  checkHost(plain)
}

function unescapeZone(escaped: string): string {
  const character = String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
  return character === ' ' || character === '%' ? '' : character
}

function splitPort(host: string): Host {
  const [, hostname = host, port = ''] = /^(.*):(\d*)$/s.exec(host) ?? []
  return { hostname, port }
}

function cut(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)]
}
