import { months, partsOf, weekdays } from './layout.ts'
import type { Moment } from './moment.ts'

/** As Go's `Time.Format`. */
export function formatTime(moment: Moment, layout: string): string {
  return partsOf(layout)
    .map(({ text, isElement }) => (isElement ? formatElement(text, moment) : text))
    .join('')
}

function formatElement(element: string, moment: Moment): string {
  const format = formats[element]
  if (format) return format(moment)
  return /^[.,]/.test(element)
    ? formatFraction(element, moment.ns)
    : formatOffset(element, moment.offset.seconds)
}

type Format = (moment: Moment) => string

const formats: Readonly<Record<string, Format>> = {
  '2006': ({ local }) => padded(local.getUTCFullYear(), 4),
  '06': ({ local }) => padded(local.getUTCFullYear() % 100, 2),
  January: ({ local }) => months[local.getUTCMonth()] ?? '',
  Jan: ({ local }) => (months[local.getUTCMonth()] ?? '').slice(0, 3),
  '01': ({ local }) => padded(local.getUTCMonth() + 1, 2),
  '1': ({ local }) => String(local.getUTCMonth() + 1),
  Monday: ({ local }) => weekdays[local.getUTCDay()] ?? '',
  Mon: ({ local }) => (weekdays[local.getUTCDay()] ?? '').slice(0, 3),
  '02': ({ local }) => padded(local.getUTCDate(), 2),
  _2: ({ local }) => String(local.getUTCDate()).padStart(2),
  '2': ({ local }) => String(local.getUTCDate()),
  '002': ({ local }) => padded(dayOfYear(local), 3),
  __2: ({ local }) => String(dayOfYear(local)).padStart(3),
  '15': ({ local }) => padded(local.getUTCHours(), 2),
  '03': ({ local }) => padded(hourOf12(local), 2),
  '3': ({ local }) => String(hourOf12(local)),
  '04': ({ local }) => padded(local.getUTCMinutes(), 2),
  '4': ({ local }) => String(local.getUTCMinutes()),
  '05': ({ local }) => padded(local.getUTCSeconds(), 2),
  '5': ({ local }) => String(local.getUTCSeconds()),
  PM: ({ local }) => (local.getUTCHours() >= 12 ? 'PM' : 'AM'),
  pm: ({ local }) => (local.getUTCHours() >= 12 ? 'pm' : 'am'),
  MST: ({ offset }) => offset.name,
}

function padded(value: number, width: number): string {
  return (value < 0 ? '-' : '') + String(Math.abs(value)).padStart(width, '0')
}

const msPerDay = 86_400_000

function dayOfYear(local: Date): number {
  return Math.floor((local.getTime() - Date.UTC(local.getUTCFullYear(), 0)) / msPerDay) + 1
}

function hourOf12(local: Date): number {
  return local.getUTCHours() % 12 || 12
}

/** Zeros as many as the element has; nines without zeros at the end. */
function formatFraction(element: string, ns: bigint): string {
  const digits = String(ns)
    .padStart(9, '0')
    .slice(0, element.length - 1)
  if (element.endsWith('0')) return element.slice(0, 1) + digits
  const short = digits.replace(/0+$/, '')
  return short === '' ? '' : element.slice(0, 1) + short
}

/** `-07:00:00` and shorter, with `Z` for UTC; west of UTC by less than a minute, the sign goes with the seconds. */
function formatOffset(element: string, seconds: number): string {
  if (element.startsWith('Z') && seconds === 0) return 'Z'
  const minutes = Math.trunc(seconds / 60)
  const size = Math.abs(minutes)
  const rest = (minutes < 0 ? -seconds : seconds) % 60
  const fields = [padded(Math.trunc(size / 60), 2), padded(size % 60, 2), padded(rest, 2)]
  const count = element.replaceAll(':', '').length / 2
  return (
    (minutes < 0 ? '-' : '+') +
    fields.slice(0, Math.floor(count)).join(element.includes(':') ? ':' : '')
  )
}
