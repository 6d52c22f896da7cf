import { BuiltinError } from '../operand.ts'
import { months, weekdays, type LayoutPart } from './layout.ts'

/** What has been read of a time. */
export type Fields = {
  year: number
  month?: number
  day?: number
  dayOfYear?: number
  hour: number
  minute: number
  second: number
  ns: number
  isMorning?: boolean
  isAfternoon?: boolean
  isUtc?: boolean
  /** Seconds east of UTC. */
  offset: number
}

type Reader = {
  /** What the element looks like in a time. */
  readonly pattern: RegExp
  readonly read: (fields: Fields, text: string) => void
}

const readersByPart = new WeakMap<LayoutPart, Reader>()

/** Throws `BuiltinError` where a time does not go on with the element. Returns what comes behind it. */
export function readElement(part: LayoutPart, rest: string, fields: Fields): string {
  const reader = readersByPart.get(part) ?? readers[part.text] ?? readerOf(part.text)
  readersByPart.set(part, reader)
  const behind = readWith(reader, rest, fields)
  const mayGoOn = /^0?5$/.test(part.text) && !part.isBeforeFraction
  return mayGoOn ? readWith(anyFraction, behind, fields) : behind
}

function readWith({ pattern, read }: Reader, rest: string, fields: Fields): string {
  const text = pattern.exec(rest)?.[0]
  if (text === undefined) throw invalid()
  read(fields, text)
  return rest.slice(text.length)
}

const [one, two] = [/^\d\d?/, /^\d\d/]
const readMonth = inRange(1, 12, (fields, month) => (fields.month = month))
const readDay = inRange(0, 99, (fields, day) => (fields.day = day))
const readDayOfYear = inRange(0, 999, (fields, day) => (fields.dayOfYear = day))
const readHour = inRange(0, 23, (fields, hour) => (fields.hour = hour))
const readHourOf12 = inRange(0, 12, (fields, hour) => (fields.hour = hour))
const readMinute = inRange(0, 59, (fields, minute) => (fields.minute = minute))
const readSecond = inRange(0, 59, (fields, second) => (fields.second = second))
const zoneHours = '[-+]0*(?:1?\\d|2[0-3])(?!\\d)'
const zoneNames = `ChST|MeST|GMT(?:${zoneHours})?|${zoneHours}|(?:[A-Z]{3,4}T|WITA|[A-Z]{3})(?![A-Z])`

const readers: Readonly<Record<string, Reader>> = {
  '2006': { pattern: /^\d{4}/, read: (fields, text) => (fields.year = Number(text)) },
  '06': { pattern: /^(?:\d|[-+])\d/, read: readShortYear },
  January: names(months, readMonthName),
  Jan: names(months.map(short), readMonthName),
  '01': { pattern: two, read: readMonth },
  '1': { pattern: one, read: readMonth },
  Monday: names(weekdays, () => {}),
  Mon: names(weekdays.map(short), () => {}),
  '02': { pattern: two, read: readDay },
  _2: { pattern: /^ ?\d\d?/, read: readDay },
  '2': { pattern: one, read: readDay },
  '002': { pattern: /^\d{3}/, read: readDayOfYear },
  __2: { pattern: /^ {0,2}\d{1,3}/, read: readDayOfYear },
  '15': { pattern: one, read: readHour },
  '03': { pattern: two, read: readHourOf12 },
  '3': { pattern: one, read: readHourOf12 },
  '04': { pattern: two, read: readMinute },
  '4': { pattern: one, read: readMinute },
  '05': { pattern: two, read: readSecond },
  '5': { pattern: one, read: readSecond },
  PM: { pattern: /^[AP]M/, read: readHalf },
  pm: { pattern: /^[ap]m/, read: readHalf },
  MST: { pattern: new RegExp(`^(?:UTC|(?=[^]{3})(?:${zoneNames}))`), read: readZoneName },
}

function inRange(least: number, most: number, set: (fields: Fields, value: number) => void) {
  return (fields: Fields, text: string): void => {
    const value = Number(text)
    if (value < least || value > most) throw invalid()
    set(fields, value)
  }
}

function names(known: readonly string[], read: Reader['read']): Reader {
  return { pattern: new RegExp(`^(?:${known.join('|')})`, 'i'), read }
}

function short(name: string): string {
  return name.slice(0, 3)
}

function readMonthName(fields: Fields, text: string): void {
  const start = short(text).toLowerCase()
  fields.month = months.findIndex((month) => month.toLowerCase().startsWith(start)) + 1
}

/** From 1969 to 2068. */
function readShortYear(fields: Fields, text: string): void {
  const year = Number(text)
  fields.year = year + (year >= 69 ? 1900 : 2000)
}

function readHalf(fields: Fields, text: string): void {
  if (/a/i.test(text)) fields.isMorning = true
  else fields.isAfternoon = true
}

function readZoneName(fields: Fields, text: string): void {
  if (text === 'UTC') fields.isUtc = true
}

function readerOf(element: string): Reader {
  if (/^[.,]0/.test(element)) return fractionOf(element.length)
  return element.endsWith('9') ? anyFraction : offsetOf(element)
}

/** No digits are as good as any number of them; seconds may have them also where the layout has none. */
const anyFraction: Reader = {
  pattern: /^(?:[.,]\d+)?/,
  read: (fields, text) => {
    if (text !== '') fields.ns = nanosecondsOf(text.slice(1))
  },
}

/** A sign among the digits, and whatever comes after nine of them, is fine with Go. */
function fractionOf(length: number): Reader {
  const [digits, more] = [Math.min(length, 10) - 1, Math.max(length - 10, 0)]
  return {
    pattern: new RegExp(`^[.,](?:\\d|[-+](?=\\d{${digits - 1}}))\\d{${digits - 1}}[^]{${more}}`),
    read: (fields, text) => {
      const [, sign = '', value = ''] = /^.([-+]?)(\d*)/.exec(text.slice(0, 10)) ?? []
      if (sign === '-' && Number(value) > 0) throw invalid()
      fields.ns = nanosecondsOf(value.padStart(digits, '0'))
    },
  }
}

function nanosecondsOf(digits: string): number {
  return Number(digits.slice(0, 9).padEnd(9, '0'))
}

/** `-07`, `-0700`, `-07:00`, `-070000`, or `-07:00:00`; with a `Z` in front, `Z` is UTC. */
function offsetOf(element: string): Reader {
  const digits = element.slice(1).replaceAll(/\d\d/g, '(\\d\\d)')
  const pattern = new RegExp(`^(?:[-+]${digits}${element.startsWith('Z') ? '|Z' : ''})`)
  return { pattern, read: readOffset }
}

function readOffset(fields: Fields, text: string): void {
  if (text === 'Z') {
    fields.isUtc = true
    return
  }
  const [hours = 0, minutes = 0, seconds = 0] = (text.match(/\d\d/g) ?? []).map(Number)
  if (hours > 24 || minutes > 60 || seconds > 60) throw invalid()
  const offset = (hours * 60 + minutes) * 60 + seconds
  fields.offset = text.startsWith('-') ? -offset : offset
}

export function invalid(): BuiltinError {
  return new BuiltinError('the time is not as its layout says')
}
