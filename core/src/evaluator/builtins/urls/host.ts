import { checkEscapes } from '../encodings/percent.ts'
import { parseAddress } from '../net/address.ts'
import { BuiltinError } from '../operand.ts'

/** Throws `BuiltinError` for what Go does not take for a URL's host and port. */
export function checkHost(scheme: string, host: string): void {
  if (host.includes('[')) {
    checkLiteral(host)
  } else {
    checkPort(host.slice(portStart(scheme, host)))
    checkName(host)
  }
}

/** A host that was checked, without brackets, and its port, if any. */
export function splitPort(host: string): { readonly hostname: string; readonly port: string } {
  const [, hostname = host, port = ''] =
    /^\[(.*)\](?::(\d*))?$/s.exec(host) ?? /^(.*):(\d*)$/s.exec(host) ?? []
  return { hostname, port }
}

/** Where the port begins: of several colons the first counts in HTTP, the last elsewhere. */
function portStart(scheme: string, host: string): number {
  const isHttp = scheme === 'http' || scheme === 'https'
  const colon = isHttp ? host.indexOf(':') : host.lastIndexOf(':')
  return colon === -1 ? host.length : colon
}

/** `[address]:port` of version 6, perhaps with a zone behind `%25`. */
function checkLiteral(host: string): void {
  const [, literal = '', port = ''] = /^\[([^[]*)\]([^\]]*)$/.exec(host) ?? []
  const [, address = literal, zone] = /^(.*?)%25(.*)$/s.exec(literal) ?? []
  if (!address.includes(':') || parseAddress(address) === undefined || zone === '')
    throw new BuiltinError('invalid host')
  checkPort(port)
  if (zone !== undefined) checkZone(zone)
}

function checkPort(port: string): void {
  if (!/^(?::\d*)?$/.test(port)) throw new BuiltinError('invalid port after host')
}

/** Only what is no ASCII may be escaped, and `%`. */
function checkName(host: string): void {
  checkEscapes(host)
  if (/%(?!25)[0-7]/.test(host) || /[^\w!"$%&'()*+,.:;<=>[\]~\u0080-\uffff-]/.test(host))
    throw new BuiltinError('invalid character in host name')
}

/** A zone escapes the space, `%`, and what a host may hold plainly. */
function checkZone(zone: string): void {
  const plain = checkEscapes(zone).replace(/%[0-7][\da-f]/gi, unescapeZone)
  if (plain.includes('%')) throw new BuiltinError('invalid URL escape')
  checkName(plain)
}

function unescapeZone(escaped: string): string {
  const character = String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
  return character === ' ' || character === '%' ? '' : character
}
