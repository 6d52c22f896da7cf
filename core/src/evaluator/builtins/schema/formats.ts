import { parseAddress } from '../net/address.ts'
import { BuiltinError } from '../operand.ts'
import { patternOf } from '../regex/pattern.ts'
import { parseUrl, type GoUrl } from '../urls/url.ts'

const uuid = /^[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}$/i
const hostname =
  /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/
const template = /^(?:[^{]|\{[^}]*\})*$/
const pointer = /^(?:\/(?:[^~/]|~0|~1)*)*$/
const relativePointer = /^(?:0|[1-9]\d*)(?:#|(?:\/(?:[^~/]|~0|~1)*)*)$/

const checks: Readonly<Record<string, (text: string) => boolean>> = {
  date: isDate,
  time: isTime,
  'date-time': isDateTime,
  hostname: (text) => hostname.test(text) && text.length < 256,
  email: isEmail,
  'idn-email': isEmail,
  ipv4: (text) => text.includes('.') && parseAddress(text) !== undefined,
  ipv6: (text) => text.includes(':') && parseAddress(text) !== undefined,
  uri: isUri,
  'uri-reference': (text) => urlOf(text) !== undefined,
  iri: isUri,
  'iri-reference': (text) => urlOf(text) !== undefined,
  'uri-template': (text) => template.test(urlOf(text)?.path ?? '{'),
  uuid: (text) => uuid.test(text),
  regex: isRegex,
  'json-pointer': (text) => pointer.test(text),
  'relative-json-pointer': (text) => relativePointer.test(text),
}

/** A format nobody knows holds for every text. */
export function isOfFormat(format: string, text: string): boolean {
  const check = Object.hasOwn(checks, format) ? checks[format] : undefined
  return check?.(text) ?? true
}

function isUri(text: string): boolean {
  return (urlOf(text)?.scheme ?? '') !== ''
}

function urlOf(text: string): GoUrl | undefined {
  const url = orUndefined(() => parseUrl(text))
  return text.includes('\\') ? undefined : url
}

function isRegex(text: string): boolean {
  return text === '' || orUndefined(() => patternOf(text)) !== undefined
}

function orUndefined<Value>(compute: () => Value): Value | undefined {
  try {
    return compute()
  } catch (error) {
    if (error instanceof BuiltinError) return undefined
    throw error
  }
}

/** The plain form of Go's `mail.ParseAddress`; without an `@` it is none. */
function isEmail(text: string): boolean {
  if (!text.includes('@')) return false
  const atoms = "[\\w!#$%&'*+/=?^`{|}~-]+"
  if (new RegExp(`^${atoms}(?:\\.${atoms})*@${atoms}(?:\\.${atoms})*$`).test(text)) return true
  throw new RangeError('addresses with names, comments or quotes are not read')
}

/** Days of the calendar. */
function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

/** As lenient as Go: hours of one digit, a comma, any number of decimals; an offset or none. */
function isTime(text: string): boolean {
  const [, hour, minute, second, , offsetHours = '0', offsetMinutes = '0'] =
    /^(\d\d?):(\d\d):(\d\d)(?:[.,]\d+)?(Z|[-+](\d\d):(\d\d))?$/.exec(text) ?? []
  const isClock = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60
  return isClock && Number(offsetHours) <= 24 && Number(offsetMinutes) <= 60
}

function isDateTime(text: string): boolean {
  const at = text.indexOf('T')
  if (at < 0) return isDate(text) || isTime(text)
  return isDate(text.slice(0, at)) && isTime(text.slice(at + 1)) && hasOffset(text)
}

function hasOffset(text: string): boolean {
  return /(?:Z|[-+]\d\d:\d\d)$/.test(text)
}
