import { malformed, tags, type DerReader } from './der.ts'

/** Milliseconds since 1970 of a UTCTime or GeneralizedTime. */
export function readMoment(reader: DerReader): number {
  const { tag, contents } = reader.element()
  const text = String.fromCharCode(...contents.subarray(0, 32))
  if (/[-+]/.test(text)) throw new RangeError('times with an offset are not read')
  if (tag === tags.utcTime) return momentOf(fullYear(text))
  if (tag === tags.generalizedTime) return momentOf(text)
  throw malformed()
}

/** With four digits for the year, and with seconds. */
function fullYear(text: string): string {
  const year = Number(text.slice(0, 2)) < 50 ? '20' : '19'
  return year + (/^\d{10}Z$/.test(text) ? `${text.slice(0, -1)}00Z` : text)
}

function momentOf(text: string): number {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? []
  const [year, month, day, hour, minute, second] = parts
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
  const moment = Date.parse(iso)
  // A day the calendar does not have becomes another one.
  if (Number.isNaN(moment) || new Date(moment).toISOString() !== iso) throw malformed()
  return moment
}
