import type { JsonNumber } from '../../../json/number.ts'
import { invalid, readElement, type Fields } from './fields.ts'
import { instantOf } from './instant.ts'
import { partsOf } from './layout.ts'

/**
 * Nanoseconds since 1970 of a time, as Go's `time.Parse` where the local zone is UTC: it is in UTC if it has no offset,
 * even if it has the name of a zone.
 */
export function parseTime(layout: string, text: string): JsonNumber {
  const fields: Fields = { year: 0, hour: 0, minute: 0, second: 0, ns: 0, offset: 0 }
  let rest = text
  for (const part of partsOf(layout))
    rest = part.isElement ? readElement(part, rest, fields) : readText(part.text, rest)
  if (rest !== '') throw invalid()
  return instantOfFields(fields)
}

/** Spaces stand for any number of them, also none at the end. */
function readText(expected: string, text: string): string {
  let rest = text
  for (const [part] of expected.matchAll(/ +|[^ ]+/g)) {
    const isSpace = part.startsWith(' ')
    if (isSpace ? /^[^ ]/.test(rest) : !rest.startsWith(part)) throw invalid()
    rest = isSpace ? rest.replace(/^ +/, '') : rest.slice(part.length)
  }
  return rest
}

function instantOfFields(fields: Fields): JsonNumber {
  const { year, minute, second, ns } = fields
  const { month, day } = dayOf(fields)
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  if (day < 1 || date.getUTCMonth() !== month - 1) throw invalid()
  return instantOf(date.setUTCHours(hourOf(fields), minute, second - offsetOf(fields)), BigInt(ns))
}

function hourOf({ hour, isMorning, isAfternoon }: Fields): number {
  if (isAfternoon && hour < 12) return hour + 12
  return isMorning && hour === 12 ? 0 : hour
}

/** An offset of one second west of UTC is what Go takes for none. */
function offsetOf({ isUtc, offset }: Fields): number {
  return isUtc || offset === -1 ? 0 : offset
}

/** The day of the year, where it is given, has to be that of the month and the day. */
function dayOf({ year, month, day, dayOfYear }: Fields): { month: number; day: number } {
  if (dayOfYear === undefined) return { month: month ?? 1, day: day ?? 1 }
  const date = new Date(0)
  date.setUTCFullYear(year, 0, dayOfYear)
  const found = { month: date.getUTCMonth() + 1, day: date.getUTCDate() }
  if (dayOfYear < 1 || date.getUTCFullYear() !== year) throw invalid()
  if ((month ?? found.month) !== found.month || (day ?? found.day) !== found.day) throw invalid()
  return found
}
